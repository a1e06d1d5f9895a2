/// What one caller was given of a lane in a while, and what it asked for.
struct SharedService {
    var band: Int
    var uid: UInt32
    /// The uid's among uids, and the caller's among those of its uid.
    var uidWeight: Double
    var weight: Double
    var given: Double
    /// At least what was given; more where calls still wait.
    var asked: Double

    /// How even the sharing was: Jain's index (Jain, Chiu, Hawe: A Quantitative Measure of
    /// Fairness, 1984) over each caller's part of its due. Its due is the max-min fair part by
    /// weight, uids first: who asks for less than its share is due what it asks, and the rest is
    /// shared by the others. A caller is never more than satisfied. Bands are strict, so each is
    /// judged by what it was given itself.
    ///
    /// - Returns: 1 for even, 1/n where one of n had it all; nil when nothing was given or asked.
    static func jainIndex(of all: [SharedService]) -> Double? {
        var satisfied: [Double] = []
        for band in Dictionary(grouping: all.filter { $0.asked > 0 }, by: \.band).values {
            satisfied += satisfaction(in: band)
        }
        let sum = satisfied.reduce(0, +)
        let squares = satisfied.reduce(0) { $0 + $1 * $1 }
        return squares > 0 ? sum * sum / (Double(satisfied.count) * squares) : nil
    }

    private static func satisfaction(in band: [SharedService]) -> [Double] {
        let uids = Array(Dictionary(grouping: band, by: \.uid).values)
        let dues = MaxMin.shares(
            of: band.reduce(0) { $0 + $1.given },
            among: uids.map { ($0.reduce(0) { $0 + $1.asked }, $0[0].uidWeight) })
        return zip(uids, dues).flatMap { callers, due in
            zip(callers, MaxMin.shares(of: due, among: callers.map { ($0.asked, $0.weight) }))
                .map { $1 > 0 ? min(1, $0.given / $1) : 1 }
        }
    }
}

/// Max-min fair sharing by weight, also called water-filling.
enum MaxMin {
    /// - Parameter claims: what each asks for, and its weight.
    /// - Returns: what each is due, in the order of the claims; in all no more than the total.
    static func shares(of total: Double, among claims: [(asked: Double, weight: Double)])
        -> [Double]
    {
        var shares = [Double](repeating: 0, count: claims.count)
        var (left, weights) = (total, claims.reduce(0) { $0 + $1.weight })
        // Who asks least for its weight is satisfied first; what it leaves raises all others.
        let modestFirst = claims.indices.sorted {
            claims[$0].asked / claims[$0].weight < claims[$1].asked / claims[$1].weight
        }
        for claim in modestFirst where weights > 0 {
            shares[claim] = min(claims[claim].asked, left * claims[claim].weight / weights)
            left -= shares[claim]
            weights -= claims[claim].weight
        }
        return shares
    }
}
