import Foundation

/// A random source that can be replayed: `LANEWAY_SEED=n` runs a property test with that seed only.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    // splitmix64 (Steele, Lea, Flood, 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The seeds to run: those that are always run, or the one asked for.
    static func seeds(_ count: UInt64) -> ClosedRange<UInt64> {
        let asked = ProcessInfo.processInfo.environment["LANEWAY_SEED"].flatMap { UInt64($0) }
        return asked.map { $0...$0 } ?? 1...count
    }
}
