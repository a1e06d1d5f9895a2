/// The `error` member: an object, or from some servers a bare text.
struct UpstreamErrorBody: Decodable, Hashable {
    var message = ""
    /// The `type`.
    var type = ""
    /// The `code` where it is a word.
    var code = ""
    /// The status an error inside a 200 carries: a numeric `code`, or `status_code`.
    var status = 0
    /// What Google's servers add, `RetryInfo` among them.
    var details: [RPCDetail] = []

    private enum CodingKeys: String, CodingKey {
        case message, type, code, details
        case statusCode = "status_code"
    }

    init() {}

    init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            message = text
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        details = container.lenient([RPCDetail].self, .details) ?? []
        message = container.lenient(String.self, .message) ?? ""
        type = container.lenient(String.self, .type) ?? ""
        code = container.lenient(String.self, .code) ?? ""
        status =
            container.lenient(Int.self, .statusCode) ?? container.lenient(Int.self, .code)
            ?? Int(code) ?? 0
    }
}

extension KeyedDecodingContainer {
    /// The value, or nil when it is absent, null or of another type.
    func lenient<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }
}

/// One of the details of a `google.rpc.Status` in JSON.
struct RPCDetail: Decodable, Hashable {
    var type: String
    /// A duration as protobuf's JSON writes it: `3.5s`.
    var retryDelay: String?

    private enum CodingKeys: String, CodingKey {
        case type = "@type"
        case retryDelay
    }
}
