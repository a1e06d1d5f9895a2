package import Clocks
package import Logging
import Synchronization

/// A lane of the configuration and the targets that belong to it.
package struct LaneRule: Sendable, Hashable {
    package var name: String
    /// Patterns over `provider/model`; `*` stands for any run of characters.
    package var patterns: [String]
    package var settings: LaneSettings

    package init(name: String, patterns: [String], settings: LaneSettings) {
        self.name = name
        self.patterns = patterns
        self.settings = settings
    }

    func matches(_ target: String) -> Bool {
        patterns.contains { Glob($0).matches(target) }
    }
}

/// All lanes of the daemon. Resolves the lane of a target once and makes lanes on first use.
package final class LaneRegistry: Sendable {
    private let rules: [LaneRule]
    private let defaults: LaneSettings
    /// False where `lanes: off` lets calls pass straight through.
    package let isQueueing: Bool
    private let time: any TimeSource
    private let logger: Logger
    private let book = Mutex(Book())

    private struct Book {
        var lanes: [String: Lane] = [:]
        var resolved: [TargetName: Lane] = [:]
        var draining = false
    }

    private struct TargetName: Hashable {
        var provider: String
        var model: String
    }

    // Models are named by clients, so what is remembered of them must have a bound.
    private static let resolvedMax = 4_096

    package init(
        rules: [LaneRule], defaults: LaneSettings, queueing: Bool, time: any TimeSource,
        logger: Logger
    ) {
        self.rules = rules
        self.defaults = defaults
        self.isQueueing = queueing
        self.time = time
        self.logger = logger
        // Configured lanes are there before anyone uses them, so that they can be seen and changed.
        guard queueing else { return }
        book.withLock { book in
            for rule in rules where book.lanes[rule.name] == nil {
                book.lanes[rule.name] = Lane(
                    name: rule.name, settings: rule.settings, time: time, logger: logger)
            }
        }
    }

    /// The lane of a target: that of the first rule with a matching pattern, else the one named
    /// after the provider.
    ///
    /// - Returns: nil when queueing is off: the call passes straight through.
    package func lane(provider: String, model: String) -> Lane? {
        guard isQueueing else { return nil }
        let target = TargetName(provider: provider, model: model)
        return book.withLock { book in
            if let lane = book.resolved[target] { return lane }
            let lane = makeLane(for: target, in: &book)
            if book.resolved.count >= Self.resolvedMax { book.resolved.removeAll() }
            book.resolved[target] = lane
            return lane
        }
    }

    /// The configured lanes and those in use so far, by name.
    package var lanes: [Lane] {
        book.withLock { $0.lanes.values.sorted { $0.name < $1.name } }
    }

    /// A lane that `lanes` has.
    package func lane(named name: String) -> Lane? {
        book.withLock { $0.lanes[name] }
    }

    /// The daemon is stopping.
    package var isDraining: Bool { book.withLock { $0.draining } }

    /// Targets remembered, for the tests.
    var resolvedCount: Int { book.withLock { $0.resolved.count } }

    /// Drains all lanes, and those made from now on.
    package func drain() {
        let lanes = book.withLock { book in
            book.draining = true
            return Array(book.lanes.values)
        }
        for lane in lanes { lane.drain() }
    }

    private func makeLane(for target: TargetName, in book: inout Book) -> Lane {
        let rule = rule(for: target)
        let name = rule?.name ?? target.provider
        if let lane = book.lanes[name] { return lane }
        let settings = rule?.settings ?? defaults
        let lane = Lane(name: name, settings: settings, time: time, logger: logger)
        // Nobody waits in a lane this young, so draining it resumes nobody under our lock.
        if book.draining { lane.drain() }
        book.lanes[name] = lane
        return lane
    }

    private func rule(for target: TargetName) -> LaneRule? {
        let text = "\(target.provider)/\(target.model)"
        if let match = rules.first(where: { $0.matches(text) }) { return match }
        return rules.first { $0.name == target.provider }
    }
}
