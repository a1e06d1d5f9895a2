/// Where one sharer of a pool stands: the start tag of the next call it is due, and what it is
/// charged with. The arithmetic of start-time fair queueing (Goyal, Vin, Cheng, 1996) for costs
/// that are only guessed when a call starts.
struct Share {
    /// Its virtual time: the sharer with the least goes next.
    private(set) var tag = VirtualTime.zero
    /// How far the debt stood above the pool's floor at the last return from idle; negative where
    /// the sharer was lifted. What makes late corrections exact: see `correct`.
    private var slack: Int64 = 0
    private(set) var weight: Double
    /// Counts the returns from idle, so that a charge knows on which side of the last one it fell.
    private(set) var epoch: UInt32 = 0

    init(weight: Double) {
        self.weight = Self.bounded(weight)
    }

    // A weight of nothing would be charged without end.
    private static func bounded(_ weight: Double) -> Double {
        weight.isNaN ? 1 : min(max(weight, 0.001), 1_000)
    }

    /// Returns from idle: time spent away earns nothing, and a debt still open stays.
    mutating func lift(to floor: VirtualTime) {
        slack = tag.ahead(of: floor)
        tag = max(tag, floor)
        epoch &+= 1
    }

    mutating func charge(_ cost: Int64) {
        tag = tag.advanced(by: weighed(cost))
    }

    /// Adds what a call cost beyond its charge, or less.
    ///
    /// A charge older than the last return from idle moves the debt that the return was judged by:
    /// what the lift would have forgiven stays forgiven, and a refund does not reach below the floor
    /// of that moment, or it would be credit banked while idle.
    mutating func correct(by difference: Int64, chargedIn epoch: UInt32) {
        let difference = weighed(difference)
        if epoch == self.epoch {
            tag = tag.advanced(by: difference)
            return
        }
        let before = max(slack, 0)
        slack = VirtualTime(units: slack).advanced(by: difference).units
        tag = tag.advanced(by: max(slack, 0) - before)
    }

    mutating func reweigh(_ weight: Double) {
        self.weight = Self.bounded(weight)
    }

    /// Starts over, on a scale of another unit.
    mutating func reset() {
        self = Share(weight: weight)
    }

    private func weighed(_ cost: Int64) -> Int64 {
        weight == 1 ? cost : Int64(Double(cost) / weight)
    }
}
