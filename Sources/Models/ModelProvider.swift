/// What a model can do. A target that lacks what a request needs is skipped.
package struct Capabilities: Sendable, Hashable {
    /// Tokens of input and output together; nil when not known.
    package var contextWindowTokens: Int?
    package var tools = true
    package var images = true
    package var jsonSchema = true
    package var reasoning = true

    package init() {}
}

/// A place models come from: one entry of the configuration's `providers`.
package protocol Provider: Sendable {
    /// Its name in the configuration.
    var name: String { get }

    /// A model host that loads models and queues by itself: longer clocks apply.
    var slow: Bool { get }

    /// Models it is known to have, without asking it. None unless a provider says so: most take any
    /// name.
    var knownModels: [String] { get }

    /// The model of that name. Providers that cannot know their models accept any name.
    ///
    /// - Returns: nil when the provider knows that it has no such model.
    func model(_ target: Target) -> (any Model)?
}

/// One target, ready to be called. Decorators are models around models.
package protocol Model: Sendable {
    var target: Target { get }
    var capabilities: Capabilities { get }

    /// Its answers are computed here and never wait for anything outside the process. Such a
    /// model runs without clocks and without a task of its own. False unless a model says so.
    var answersAtOnce: Bool { get }

    /// Runs the request to its end.
    ///
    /// Honours the cancellation of its task: upstream is closed and it throws within 100 ms.
    ///
    /// - Throws: `ProviderFailure` for all that goes wrong upstream, `CancellationError` when the
    ///   task was cancelled. A decorator may throw `CallFailure`.
    func generate(_ request: ModelRequest, for call: Call) async throws -> ModelResponse

    /// Starts the request and returns when the stream is *established*: when its first chunk has
    /// arrived from upstream. What fails before that is thrown from here, what fails after from
    /// the stream.
    ///
    /// The task that calls this may end before the stream does: the stream must not depend on it.
    func stream(_ request: ModelRequest, for call: Call) async throws -> any ChunkStream
}

extension Provider {
    package var knownModels: [String] { [] }
}

extension Model {
    package var answersAtOnce: Bool { false }
}

extension ChunkStream {
    package var backOff: Duration? { nil }
}

/// The chunks of an established stream, pulled one at a time: a reader that stops pulling holds
/// upstream back.
///
/// Used by one task at a time. Dropping the last reference, like cancelling the task inside
/// `next()`, closes upstream.
package protocol ChunkStream: AnyObject, Sendable {
    /// The provider's own id of the request, when it sent one.
    var upstreamRequestID: String { get }

    /// Upstream says that its rate limit is used up for so long; nil when it says nothing.
    var backOff: Duration? { get }

    /// The next chunk. The first call returns at once. The last chunk is `.finish`; after it, nil.
    ///
    /// - Throws: `ProviderFailure` (kind `interrupted`) when upstream breaks before `.finish`.
    func next() async throws -> Chunk?
}
