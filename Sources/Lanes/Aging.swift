import Clocks

/// Keeps strict priorities from starving anyone: a band's head that has waited long is lifted, band
/// by band, and one dispatch in four may go to a lifted head. The other three keep the order of the
/// bands, so that nothing is inverted either.
struct Aging {
    /// How long the head of a band waits for each lift, by band; what it waited for the first lift
    /// counts no more for the second. The topmost has nowhere to go.
    static let waits: [Int64] = [5, 5, 30, 120].map { $0 * 1_000_000_000 }
    private static let dispatchesBetween = 3

    private var sinceAged = Aging.dispatchesBetween
    /// Dispatches that went to a lifted head.
    private(set) var promotions = 0

    var isDue: Bool { sinceAged >= Self.dispatchesBetween }

    /// The band a head stands in after its wait.
    static func band(from home: Int, waited nanoseconds: Int64) -> Int {
        var (band, left) = (home, nanoseconds)
        while band > 0, left >= waits[band] {
            left -= waits[band]
            band -= 1
        }
        return band
    }

    mutating func dispatched(isAged: Bool) {
        if isAged { promotions += 1 }
        sinceAged = isAged ? 0 : min(sinceAged + 1, Self.dispatchesBetween)
    }
}
