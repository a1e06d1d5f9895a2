import Decoding

/// A whole response.
struct ResponsesAnswer: JSONReadable {
    var head: ResponsesHead
    var output: [ResponsesItem]?

    init(json: JSONPlace) throws {
        head = try ResponsesHead(json: json)
        output = try JSONObject(json: json).optional("output")
    }
}

/// A response without its output, which the events of a stream have given out one by one.
struct ResponsesHead: JSONReadable {
    var id: String
    var status: String
    var incompleteReason: String
    var error: UpstreamErrorBody?
    var usage: OpenAIUsage<ResponsesUsageNames>?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        id = object.lenient("id") ?? ""
        status = object.lenient("status") ?? ""
        let incomplete: JSONObject? = object.lenient("incomplete_details")
        incompleteReason = incomplete?.lenient("reason") ?? ""
        error = try object.optional("error")
        usage = object.lenient("usage")
    }
}

/// One event of a stream: the members of all kinds of events that are read, most of them absent from
/// any one of them.
struct ResponsesEvent: JSONReadable {
    var type: String
    var response: ResponsesHead?
    var item: ResponsesItem?
    /// Which item of the output it is about.
    var place: ResponsesPlace
    var delta: String
    var summaryIndex: Int
    /// The error of an `error` event, and of servers that send one without saying so.
    var error: UpstreamErrorBody?

    init(json: JSONPlace) throws {
        let object = try JSONObject(json: json)
        type = object.lenient("type") ?? ""
        response = object.lenient("response")
        // Not leniently: it may be a call, and an answer without one of its calls is another answer.
        item = try object.optional("item")
        place = ResponsesPlace(
            outputIndex: object.lenient("output_index"), itemID: object.lenient("item_id") ?? "")
        delta = object.lenient("delta") ?? ""
        summaryIndex = object.lenient("summary_index") ?? 0
        error = object.lenient("error")
        // OpenAI describes the members at the top and sends them inside `error` as well.
        if type == "error", error == nil { error = try UpstreamErrorBody(json: json) }
    }
}
