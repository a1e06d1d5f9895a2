import Lanes

/// How often each backlogged sharer was served since another of its group became backlogged too.
struct Turns {
    private var ahead: [CallerKey: [CallerKey: Int]] = [:]
    private var groups: [CallerKey: UInt32] = [:]

    mutating func joined(_ sharer: CallerKey, of group: UInt32) {
        if ahead[sharer] != nil { return }
        groups[sharer] = group
        let siblings = ahead.keys.filter { groups[$0] == group }
        for other in siblings { ahead[other]?[sharer] = 0 }
        ahead[sharer] = Dictionary(uniqueKeysWithValues: siblings.map { ($0, 0) })
    }

    mutating func emptied(_ sharer: CallerKey) {
        ahead[sharer] = nil
        for other in ahead.keys { ahead[other]?[sharer] = nil }
    }

    /// Start-time fair queueing promises a lag of at most one call of each (Goyal, Vin, Cheng, 1996,
    /// theorem 1).
    mutating func took(_ sharer: CallerKey) throws {
        for other in Array((ahead[sharer] ?? [:]).keys) {
            ahead[sharer]?[other, default: 0] += 1
            ahead[other]?[sharer, default: 0] -= 1
            if let lead = ahead[sharer]?[other], lead > 2 {
                throw Broken("\(sharer) is \(lead) turns ahead of \(other)")
            }
        }
    }
}
