import Synchronization

/// What keeps retries from making a bad time worse: each lane has a small store of them, which each
/// call that goes well fills up a little. Failing over takes nothing from it: another target is
/// not asked twice.
package struct RetryBudget: Sendable, Hashable {
    /// Retries in a full store.
    static let full = 10
    /// Good calls that earn one retry.
    static let callsForRetry = 10

    /// In tenths of a retry.
    private var tenths = full * callsForRetry

    package init() {}

    package mutating func callWentWell() {
        tenths = min(tenths + 1, Self.full * Self.callsForRetry)
    }

    /// - Returns: false when there is none left.
    package mutating func takeRetry() -> Bool {
        guard tenths >= Self.callsForRetry else { return false }
        tenths -= Self.callsForRetry
        return true
    }
}

/// The budget of a lane, shared by its calls.
package final class SharedRetryBudget: Sendable {
    private let budget = Mutex(RetryBudget())

    package init() {}

    func callWentWell() { budget.withLock { $0.callWentWell() } }
    func takeRetry() -> Bool { budget.withLock { $0.takeRetry() } }
}
