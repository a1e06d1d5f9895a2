/// A point on a scheduler's scale of service: what a share has been charged, over its weight.
/// Its units are those of the lane's cost; only points of one pool compare.
///
/// Start-time fair queueing (Goyal, Vin, Cheng: Start-time Fair Queueing, 1996) serves whoever
/// stands lowest. It needs no rate of the server, which nobody knows of a model host.
struct VirtualTime: Hashable, Comparable {
    private(set) var units: Int64

    static let zero = VirtualTime(units: 0)

    /// Stops at the ends of the scale, centuries away, where ties are served in order.
    func advanced(by units: Int64) -> VirtualTime {
        let (sum, overflow) = self.units.addingReportingOverflow(units)
        return VirtualTime(units: overflow ? (units < 0 ? .min : .max) : sum)
    }

    /// Units from the other point to this one; negative where the other is ahead.
    func ahead(of other: VirtualTime) -> Int64 {
        let (difference, overflow) = units.subtractingReportingOverflow(other.units)
        return overflow ? (other < self ? .max : .min) : difference
    }

    static func < (one: VirtualTime, other: VirtualTime) -> Bool { one.units < other.units }
}
