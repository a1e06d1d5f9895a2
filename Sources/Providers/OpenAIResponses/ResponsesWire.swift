/// A whole response.
struct ResponsesAnswer: Decodable {
    var head: ResponsesHead
    var output: [ResponsesItem]?

    private enum CodingKeys: CodingKey { case output }

    init(from decoder: any Decoder) throws {
        head = try ResponsesHead(from: decoder)
        output = try decoder.container(keyedBy: CodingKeys.self)
            .decodeIfPresent([ResponsesItem].self, forKey: .output)
    }
}

/// A response without its output, which the events of a stream have given out one by one.
struct ResponsesHead: Decodable {
    var id: String
    var status: String
    var incompleteReason: String
    var error: UpstreamErrorBody?
    var usage: OpenAIUsage<ResponsesUsageNames>?

    private enum CodingKeys: String, CodingKey {
        case id, status, error, usage
        case incompleteDetails = "incomplete_details"
    }

    private struct IncompleteDetails: Decodable {
        var reason: String?
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = container.lenient(String.self, .id) ?? ""
        status = container.lenient(String.self, .status) ?? ""
        incompleteReason =
            container.lenient(IncompleteDetails.self, .incompleteDetails)?.reason ?? ""
        error = try container.decodeIfPresent(UpstreamErrorBody.self, forKey: .error)
        usage = container.lenient(OpenAIUsage<ResponsesUsageNames>.self, .usage)
    }
}

/// One event of a stream: the members of all kinds of events that are read, most of them absent from
/// any one of them.
struct ResponsesEvent: Decodable {
    var type: String
    var response: ResponsesHead?
    var item: ResponsesItem?
    /// Which item of the output it is about.
    var place: ResponsesPlace
    var delta: String
    var summaryIndex: Int
    /// The error of an `error` event, and of servers that send one without saying so.
    var error: UpstreamErrorBody?

    private enum CodingKeys: String, CodingKey {
        case type, response, item, delta, error
        case outputIndex = "output_index"
        case itemID = "item_id"
        case summaryIndex = "summary_index"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        type = container.lenient(String.self, .type) ?? ""
        response = container.lenient(ResponsesHead.self, .response)
        // Not leniently: it may be a call, and an answer without one of its calls is another answer.
        item = try container.decodeIfPresent(ResponsesItem.self, forKey: .item)
        place = ResponsesPlace(
            outputIndex: container.lenient(Int.self, .outputIndex),
            itemID: container.lenient(String.self, .itemID) ?? "")
        delta = container.lenient(String.self, .delta) ?? ""
        summaryIndex = container.lenient(Int.self, .summaryIndex) ?? 0
        error = container.lenient(UpstreamErrorBody.self, .error)
        // OpenAI describes the members at the top and sends them inside `error` as well.
        if type == "error", error == nil { error = try UpstreamErrorBody(from: decoder) }
    }
}
