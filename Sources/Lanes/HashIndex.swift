/// Finds numbered records by the hash of their keys; the keys stay in the records. A key is thus
/// hashed once a call and stored once, and taking a record out needs no key at all.
///
/// Open addressing with linear probing, at most half full; removal shifts back what follows (Knuth,
/// The Art of Computer Programming 3, 6.4, algorithm R), so no tombstones pile up. The hashes are
/// `Hasher`'s, seeded per process: callers choose their ids, so they must not choose their slots.
struct HashIndex {
    private var slots = [Slot](repeating: Slot(), count: 16)
    private(set) var count = 0

    private struct Slot {
        var hash: UInt32 = 0
        var record: Int32 = -1
    }

    /// All of them, in no order.
    var records: [Int32] { slots.map(\.record).filter { $0 >= 0 } }

    static func hash(_ key: some Hashable) -> UInt32 {
        var hasher = Hasher()
        hasher.combine(key)
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }

    /// - Parameter matches: whether the record holds the key that is looked for.
    @inline(__always)
    func find(_ hash: UInt32, where matches: (Int32) -> Bool) -> Int32? {
        var at = home(of: hash)
        while slots[at].record >= 0 {
            if slots[at].hash == hash, matches(slots[at].record) { return slots[at].record }
            at = next(after: at)
        }
        return nil
    }

    mutating func insert(_ record: Int32, hash: UInt32) {
        if 2 * (count + 1) > slots.count { grow() }
        count += 1
        put(Slot(hash: hash, record: record))
    }

    mutating func remove(_ record: Int32, hash: UInt32) {
        var hole = home(of: hash)
        while slots[hole].record != record { hole = next(after: hole) }
        count -= 1
        var at = next(after: hole)
        while slots[at].record >= 0 {
            // Moves back only what stays at or behind its home, the table being a ring.
            let home = home(of: slots[at].hash)
            if (at &- home) & (slots.count - 1) >= (at &- hole) & (slots.count - 1) {
                slots[hole] = slots[at]
                hole = at
            }
            at = next(after: at)
        }
        slots[hole] = Slot()
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: 2 * old.count)
        for slot in old where slot.record >= 0 { put(slot) }
    }

    private mutating func put(_ slot: Slot) {
        var at = home(of: slot.hash)
        while slots[at].record >= 0 { at = next(after: at) }
        slots[at] = slot
    }

    private func home(of hash: UInt32) -> Int { Int(hash) & (slots.count - 1) }
    private func next(after slot: Int) -> Int { (slot + 1) & (slots.count - 1) }
}
