import Synchronization

/// The gates of all targets that were ever asked for, by provider and model: an effort changes
/// nothing about a target's health.
package final class HealthBook: Sendable {
    fileprivate struct Key: Hashable {
        var provider: String
        var model: String
    }

    fileprivate struct Book {
        var gates: [Key: HealthGate] = [:]
        var isDraining = false
    }

    private let book = Mutex(Book())
    private let rules: ChainRules

    // Names of models come from clients, so what is remembered of them has a bound. A gate that a
    // chain holds stays, or one target would have two healths; of the others, those go first that
    // nothing is known of.
    private static let gatesMax = 4_096

    package init(_ rules: ChainRules = ChainRules()) {
        self.rules = rules
    }

    package func gate(of target: Target) -> HealthGate {
        let key = Key(provider: target.provider, model: target.model)
        return book.withLock { book in
            if let known = book.gates[key] { return known }
            if book.gates.count >= Self.gatesMax { book.forget { $0.isForgettable } }
            if book.gates.count >= Self.gatesMax { book.forget { _ in true } }
            let gate = HealthGate(rules)
            if book.isDraining { gate.drain() }
            book.gates[key] = gate
            return gate
        }
    }

    /// The daemon stops: nobody waits for a target any more.
    func drain() {
        let gates = book.withLock { book in
            book.isDraining = true
            return Array(book.gates.values)
        }
        for gate in gates { gate.drain() }
    }
}

extension HealthBook.Book {
    /// Of the gates that nobody else holds.
    fileprivate mutating func forget(where isForgotten: (HealthGate) -> Bool) {
        for key in Array(gates.keys) {
            guard var gate = gates.removeValue(forKey: key) else { continue }
            if isKnownUniquelyReferenced(&gate) && isForgotten(gate) { continue }
            gates[key] = gate
        }
    }
}
