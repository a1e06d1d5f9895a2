/// What can end a call from outside its own work. The first to come is the one that is reported.
package enum Interruption: String, Sendable, Hashable, CaseIterable {
    /// The client cancelled its call or disconnected. What a lane finishes goes on.
    case callerLeft
    /// Somebody of the same uid asked for it with `Cancel`. Nothing goes on.
    case cancelled
    /// The caller's own deadline has passed.
    case callerDeadline
    /// The execution clock has run out.
    case executionTimeout
    /// An established stream brought nothing for the length of the idle clock.
    case idleTimeout
    /// The client does not read its stream.
    case slowConsumer
    /// The daemon is stopping and its grace is over.
    case shuttingDown
}
