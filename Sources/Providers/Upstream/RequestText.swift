import Decoding

/// What a request holds that cannot be written down as it is in any dialect.
enum RequestText {
    /// - Throws: for what JSON has no word for.
    static func finite(_ number: Double, _ what: String) throws(ProviderRefusal) -> Double {
        if number.isFinite { return number }
        throw ProviderRefusal(message: "\(what) is \(number); it must be a number")
    }

    /// Text from a client goes into our JSON as it is, so it must be one whole object: nothing in
    /// it may end ours early.
    static func checkedObject(
        _ text: String, _ what: String
    ) throws(ProviderRefusal) -> String {
        let object = try? JSONText.decode(WholeObject.self, from: text.utf8.span)
        if object != nil { return text }
        throw ProviderRefusal(
            message: "\(what) (\(text.utf8.count) bytes) is not a JSON object")
    }

    private struct WholeObject: JSONReadable {
        init(json: JSONPlace) throws {
            _ = try JSONObject(json: json)
        }
    }
}
