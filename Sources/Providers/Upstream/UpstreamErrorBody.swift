import Decoding

/// The `error` member: an object, or from some servers a bare text.
struct UpstreamErrorBody: JSONReadable, Hashable {
    var message = ""
    /// The `type`.
    var type = ""
    /// The `code` where it is a word.
    var code = ""
    /// The status an error inside a 200 carries: a numeric `code`, or `status_code`.
    var status = 0
    /// What Google's servers add, `RetryInfo` among them.
    var details: [RPCDetail] = []

    init() {}

    init(json: JSONPlace) throws {
        if json.kind == .text {
            message = try json.text()
            return
        }
        let object = try JSONObject(json: json)
        details = object.lenient("details") ?? []
        message = object.lenient("message") ?? ""
        type = object.lenient("type") ?? ""
        code = object.lenient("code") ?? ""
        status = object.lenient("status_code") ?? object.lenient("code") ?? Int(code) ?? 0
    }
}

/// One of the details of a `google.rpc.Status` in JSON.
struct RPCDetail: JSONReadable, Hashable {
    var type: String
    /// A duration as protobuf's JSON writes it: `3.5s`.
    var retryDelay: String?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        type = try object.required("@type")
        retryDelay = try object.optional("retryDelay")
    }
}
