internal import Messages

/// What a call does with its messages. Their types are known where this is made and nowhere else.
///
/// A class with type parameters is compiled once for every type there may be, and would ask the
/// type's tables how to copy, move and destroy a message at each touch, even of an absent one. So a
/// call holds its messages without their types, and has these do what depends on them.
struct MessageHandling: Sendable {
    /// A request without its type: a `Held`.
    typealias Request = any AnyObject & Sendable

    /// Exactly one request message is due before the handler starts.
    let takesOneRequest: Bool
    /// For failures: the name in the .proto file.
    let requestName: String
    /// What a request takes up in memory, the bytes apart that it refers to.
    let requestSize: Int
    let decode: @Sendable (RawSpan) throws(DecodingFailure) -> Request
    /// Runs the handler to its end; the request is there where one is due.
    let run: @Sendable (MessageCall, Request?) async throws(RPCFailure) -> Void
}

/// A message out of line: who passes it on passes a pointer.
final class Held<Message: WireMessage>: Sendable {
    private let kept: Message

    init(_ message: Message) { kept = message }

    // A getter would copy it, and a handler only looks at it.
    var message: Message { _read { yield kept } }

    /// What was held as a message of this type, as by a method's decoder; debug builds look.
    static func of(_ request: MessageHandling.Request?) -> Held<Message> {
        guard let request else { preconditionFailure("a handler runs without its request") }
        return unsafe unsafeDowncast(request, to: Held<Message>.self)
    }
}

extension MessageHandling {
    init<Asked: WireMessage, Answer: WireMessage>(
        _ handler: TypedMethod<Asked, Answer>.Handler
    ) {
        switch handler {
        case .unary(let answer):
            run = { (call, request) async throws(RPCFailure) in
                try call.send(try await answer(Held<Asked>.of(request).message, call.context))
            }
        case .serverStreaming(let answer):
            run = { (call, request) async throws(RPCFailure) in
                try await answer(
                    Held<Asked>.of(request).message, ResponseWriter(call), call.context)
            }
        case .clientStreaming(let answer):
            run = { (call, _) async throws(RPCFailure) in
                try call.send(try await answer(RequestReader(call), call.context))
            }
        case .bidirectional(let answer):
            run = { (call, _) async throws(RPCFailure) in
                try await answer(RequestReader(call), ResponseWriter(call), call.context)
            }
        }
        takesOneRequest = handler.takesOneRequest
        requestName = Asked.fullName
        requestSize = MemoryLayout<Asked>.size
        decode = { (bytes) throws(DecodingFailure) in
            Held(
                try unsafe bytes.withUnsafeBytes { (bytes) throws(DecodingFailure) in
                    try unsafe Asked(decoding: bytes)
                })
        }
    }
}
