import Foundation

/// A random source that can be replayed: `LANEWAY_SEED=n` runs a property test with that seed only.
package struct Seeded: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    // splitmix64 (Steele, Lea, Flood, 2014).
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The seeds to run: those that are always run, as many as `LANEWAY_HISTORIES` says, or the one
    /// asked for.
    package static func seeds(_ count: UInt64) -> ClosedRange<UInt64> {
        if let asked = number("LANEWAY_SEED") { return asked...asked }
        return 1...max(1, number("LANEWAY_HISTORIES") ?? count)
    }

    package static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }
}
