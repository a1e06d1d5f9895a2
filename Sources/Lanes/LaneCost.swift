/// What a lane shares out: the unit in which its callers are charged.
package enum LaneCost: String, Sendable, Hashable, CaseIterable {
    /// Time in a slot: what a machine that serves few calls at once is short of.
    case slotSeconds = "slot_seconds"
    /// Calls, whatever they take: for a quota of requests.
    case requests
    /// 1 × input + 2 × output tokens: for a quota of tokens.
    case tokens
}

/// Tokens an attempt used, for a lane that is shared by them.
package struct TokensUsed: Sendable, Hashable {
    package var input: Int
    package var output: Int
    /// No more is known than that it was so many: the charge stands where it is higher. Said of work
    /// that was cut short.
    package var isLeast: Bool

    package init(input: Int, output: Int, isLeast: Bool = false) {
        self.input = input
        self.output = output
        self.isLeast = isLeast
    }

    /// Reading is cheaper than writing: providers bill output at a multiple, twice at the least.
    var cost: Int64 {
        let output = Int64(clamping: output).multipliedReportingOverflow(by: 2)
        if output.overflow { return .max }
        let sum = Int64(clamping: input).addingReportingOverflow(output.partialValue)
        return sum.overflow ? .max : sum.partialValue
    }
}

extension LaneCost {
    /// One unit of cost on the scale of virtual time; fine enough for weights to divide.
    /// Slot time is kept in nanoseconds.
    private var scale: Int64 { self == .slotSeconds ? 1 : 1_000 }

    /// What a call is charged at its start while nothing is known of any: a second, a request, 1,000
    /// tokens.
    var firstGuess: Int64 {
        switch self {
        case .slotSeconds: 1_000_000_000
        case .requests: scale
        case .tokens: 1_000 * scale
        }
    }

    /// What a call has cost in the end.
    ///
    /// - Returns: nil where that is not known: the charge stands, so that a call that fails without
    ///   a word about its tokens gains nothing.
    func measured(nanoseconds: Int64, tokens: TokensUsed?, charged: Int64) -> Int64? {
        switch self {
        case .slotSeconds: bounded(nanoseconds)
        case .requests: nil
        case .tokens: tokens.map { max(bounded($0.cost), $0.isLeast ? charged : 0) }
        }
    }

    // Five hours in a slot, 17 billion tokens: an upstream's nonsense must not end all sharing.
    private func bounded(_ cost: Int64) -> Int64 {
        min(max(cost, 0), (1 << 44) / scale) * scale
    }
}

/// The running mean of what calls cost, about the last eight: what the next is charged at its start.
struct MeanCost {
    private var mean: Int64 = -1

    var known: Int64? { mean < 0 ? nil : mean }

    mutating func add(_ cost: Int64) {
        mean = mean < 0 ? cost : mean + (cost - mean) >> 3
    }
}

/// What a call was charged at its start and is settled with at its end.
struct Charge: Sendable, Hashable {
    var account: Int32
    /// Its caller's member, and through it the uid's.
    var member: Int32
    var callerEpoch: UInt32
    var uidEpoch: UInt32
    var cost: Int64
    var unit: LaneCost
}
