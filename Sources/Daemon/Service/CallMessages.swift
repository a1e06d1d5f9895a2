internal import Messages
internal import Models

/// The request of a call, out of line: it is passed on by several async functions, and each would have
/// all of it in its frame.
final class Asked: WireMessage {
    let request: GenerateRequest

    static var fullName: String { GenerateRequest.fullName }

    init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        request = try unsafe GenerateRequest(decoding: bytes)
    }

    func encode(_ body: (EncodedMessage) -> Void) { request.encode(body) }

    static func == (one: Asked, other: Asked) -> Bool { one.request == other.request }

    func hash(into hasher: inout Hasher) { request.hash(into: &hasher) }
}

/// The answer of a call, out of line as its request is. It is sent as it is, and kept where it has an
/// idempotency key.
final class Answer: WireMessage {
    let response: GenerateResponse

    init(_ answer: ModelResponse, of call: Call) {
        response = GenerateResponse(
            message: Message(answer.message),
            finishReason: Messages.FinishReason(answer.finishReason),
            usage: Messages.Usage(answer.usage), call: CallInfo(call.report()))
    }

    static var fullName: String { GenerateResponse.fullName }

    init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        response = try unsafe GenerateResponse(decoding: bytes)
    }

    func encode(_ body: (EncodedMessage) -> Void) { response.encode(body) }

    static func == (one: Answer, other: Answer) -> Bool { one.response == other.response }

    func hash(into hasher: inout Hasher) { response.hash(into: &hasher) }
}
