import Clocks
import Models
import Synchronization

/// A model that does what a test tells it, in memory.
final class ScriptedModel: Model {
    typealias Generate = @Sendable (Call) async throws -> ModelResponse
    typealias Stream = @Sendable (Call) async throws -> any ChunkStream

    let target: Target
    let capabilities: Capabilities
    let answersAtOnce: Bool
    private let onGenerate: Generate
    private let onStream: Stream
    private let calls = Atomic(0)

    init(
        _ name: String, capabilities: Capabilities = Capabilities(), answersAtOnce: Bool = false,
        generate: @escaping Generate = { _ in .saying("hello") },
        stream: @escaping Stream = { _ in ScriptedStream([.text("hello"), .finish(.stop, Usage())])
        }
    ) {
        self.target = Target(name) ?? Target(provider: "test", model: name)
        self.capabilities = capabilities
        self.answersAtOnce = answersAtOnce
        self.onGenerate = generate
        self.onStream = stream
    }

    /// How often it was asked.
    var count: Int { calls.load(ordering: .relaxed) }

    func generate(_ request: ModelRequest, for call: Call) async throws -> ModelResponse {
        calls.add(1, ordering: .relaxed)
        return try await onGenerate(call)
    }

    func stream(_ request: ModelRequest, for call: Call) async throws -> any ChunkStream {
        calls.add(1, ordering: .relaxed)
        return try await onStream(call)
    }

    static func failing(_ name: String, _ failure: ProviderFailure) -> ScriptedModel {
        ScriptedModel(name, generate: { _ in throw failure }, stream: { _ in throw failure })
    }
}

/// Gives its chunks, then does what `then` says.
final class ScriptedStream: ChunkStream {
    private let chunks: Mutex<[Chunk]>
    private let then: @Sendable () async throws -> Chunk?
    private let onDrop: @Sendable () -> Void

    init(
        _ chunks: [Chunk], then: @escaping @Sendable () async throws -> Chunk? = { nil },
        onDrop: @escaping @Sendable () -> Void = {}
    ) {
        self.chunks = Mutex(chunks.reversed())
        self.onDrop = onDrop
        self.then = then
    }

    deinit { onDrop() }

    var upstreamRequestID: String { "req-1" }

    func next() async throws -> Chunk? {
        if let chunk = chunks.withLock({ $0.popLast() }) { return chunk }
        return try await then()
    }
}

/// The models of a test, by provider.
struct ScriptedProvider: Provider {
    let name: String
    var slow = false
    let models: [String: ScriptedModel]

    func model(_ target: Target) -> (any Model)? { models[target.model] }
}

/// Holds tasks until it is opened. Waiting heeds cancellation.
final class Gate: Sendable {
    private struct State {
        var open = false
        var last = 0
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
        var cancelled: Set<Int> = []
    }

    private let state = Mutex(State())

    var waiting: Int { state.withLock { $0.waiters.count } }
    var isOpen: Bool { state.withLock { $0.open } }

    func open() {
        let waiters = state.withLock { state in
            state.open = true
            defer { state.waiters = [:] }
            return state.waiters.values.map { $0 }
        }
        for waiter in waiters { waiter.resume() }
    }

    func pass() async throws {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { waiter in
                let answer = state.withLock { state -> Result<Void, any Error>? in
                    if state.cancelled.contains(id) { return .failure(CancellationError()) }
                    if state.open { return .success(()) }
                    state.waiters[id] = waiter
                    return nil
                }
                if let answer { waiter.resume(with: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.cancelled.insert(id)
                return state.waiters.removeValue(forKey: id)
            }
            waiter?.resume(throwing: CancellationError())
        }
    }
}

extension ModelResponse {
    static func saying(_ text: String) -> ModelResponse {
        ModelResponse(
            message: ModelMessage(role: .assistant, parts: [.text(text)]), finishReason: .stop,
            usage: Usage(), upstreamRequestID: "req-1")
    }
}

/// Counts from any task.
final class Counter: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }

    func bump() { value.add(1, ordering: .relaxed) }
}
