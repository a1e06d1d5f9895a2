import Messages
import RPC
import Synchronization

/// The four kinds of calls. A request's `model` is an order, its text what the order is about.
struct Kinds {
    private let interruptions = Interruptions()

    var methods: [any Method] {
        let interruptions = interruptions
        return [
            TypedMethod<GenerateRequest, StreamResponse>(
                "/laneway.test.Kinds/Unary",
                .unary { (request, context) async throws(RPCFailure) in
                    try await interruptions.watch(context).answer(request)
                }),
            TypedMethod<GenerateRequest, StreamResponse>(
                "/laneway.test.Kinds/ServerStreaming",
                .serverStreaming { (request, writer, context) async throws(RPCFailure) in
                    let order = interruptions.watch(context)
                    for _ in 0..<Order.repeats(of: request) {
                        try await writer.write(try await order.answer(request))
                    }
                }),
            TypedMethod<GenerateRequest, StreamResponse>(
                "/laneway.test.Kinds/ClientStreaming",
                .clientStreaming { (reader, context) async throws(RPCFailure) in
                    let order = interruptions.watch(context)
                    var texts: [String] = []
                    while let request = try await reader.next() {
                        texts.append(try await order.answer(request).spoken)
                    }
                    return .text(texts.joined(separator: "|"))
                }),
            TypedMethod<GenerateRequest, StreamResponse>(
                "/laneway.test.Kinds/Bidirectional",
                .bidirectional { (reader, writer, context) async throws(RPCFailure) in
                    let order = interruptions.watch(context)
                    while let request = try await reader.next() {
                        for _ in 0..<Order.repeats(of: request) {
                            try await writer.write(try await order.answer(request))
                        }
                    }
                }),
        ]
    }
}

/// How many calls were ended from outside since the server began.
final class Interruptions: Sendable {
    private let counts = Mutex<(left: Int, deadline: Int)>((0, 0))

    var text: String { counts.withLock { "left \($0.left), deadline \($0.deadline)" } }

    func watch(_ context: CallContext) -> Order {
        context.onInterruption { cause in
            self.counts.withLock { counts in
                switch cause {
                case .callerLeft: counts.left += 1
                case .deadline: counts.deadline += 1
                case .slowConsumer: break
                }
            }
        }
        return Order(context: context, interruptions: self)
    }
}

extension StreamResponse {
    fileprivate var spoken: String {
        if case .text(let text) = event { text } else { "" }
    }
}
