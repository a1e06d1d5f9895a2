import Seeded
import Testing

@testable import Lanes

struct ShareTests {
    private let hundred = VirtualTime(units: 100)

    @Test func `a share is charged its cost over its weight`() {
        var share = Share(weight: 4)
        share.charge(100)
        #expect(share.tag.units == 25)
    }

    @Test func `a weight of nothing or of no number is bounded`() {
        #expect(Share(weight: 0).weight == 0.001)
        #expect(Share(weight: .nan).weight == 1)
        #expect(Share(weight: .infinity).weight == 1_000)
    }

    @Test func `coming back lifts to the floor and keeps a debt`() {
        var share = Share(weight: 1)
        share.lift(to: hundred)
        #expect(share.tag == hundred)
        share.charge(50)
        share.lift(to: hundred)
        #expect(share.tag.units == 150)
    }

    @Test func `a refund of an old charge does not reach below the floor of the return`() {
        var share = Share(weight: 1)
        share.charge(130)
        let charged = share.epoch
        share.lift(to: hundred)
        share.charge(7)
        share.correct(by: -120, chargedIn: charged)
        #expect(share.tag.units == 107)
    }

    @Test func `a late charge that the lift would have forgiven is forgiven`() {
        var share = Share(weight: 1)
        share.charge(10)
        let charged = share.epoch
        share.lift(to: hundred)
        share.correct(by: 40, chargedIn: charged)
        #expect(share.tag.units == 100)
        share.correct(by: 60, chargedIn: charged)
        #expect(share.tag.units == 110)
    }

    @Test func `the scale has ends and no overflow`() {
        let end = VirtualTime(units: .max)
        #expect(end.advanced(by: 1) == end)
        #expect(end.ahead(of: VirtualTime(units: .min)) == .max)
        #expect(TokensUsed(input: .max, output: .max).cost == .max)
    }
}

struct TagHeapTests {
    @Test func `members come out by tag, then in the order they came`() {
        for seed in Seeded.seeds(20) {
            var random = Seeded(seed: seed)
            var (heap, positions) = (TagHeap(), [Int32](repeating: -1, count: 64))
            var model: [Int32: TagHeap.Entry] = [:]
            for order in 0..<400 {
                let member = Int32.random(in: 0..<64, using: &random)
                let tag = VirtualTime(units: Int64.random(in: 0..<20, using: &random))
                if model[member] == nil {
                    let entry = TagHeap.Entry(tag: tag, order: UInt32(order), member: member)
                    heap.push(entry, in: &positions)
                    model[member] = entry
                } else if Bool.random(using: &random) {
                    heap.move(member, to: tag, in: &positions)
                    model[member]?.tag = tag
                } else {
                    heap.remove(member, in: &positions)
                    model[member] = nil
                }
                heap.invariants(positions)
                #expect(heap.first == model.values.min(), "replay with LANEWAY_SEED=\(seed)")
            }
        }
    }
}

struct HashIndexTests {
    /// Few hashes, so that most collide.
    @Test func `records are found as long as they are in`() {
        for seed in Seeded.seeds(10) {
            var random = Seeded(seed: seed)
            var (index, model) = (HashIndex(), Set<Int32>())
            for _ in 0..<500 {
                let record = Int32.random(in: 0..<100, using: &random)
                let hash = UInt32(record) % 7 &* 0x2000_0005
                if model.remove(record) != nil {
                    index.remove(record, hash: hash)
                } else {
                    model.insert(record)
                    index.insert(record, hash: hash)
                }
                #expect(index.count == model.count)
                for other: Int32 in 0..<100 {
                    let found = index.find(UInt32(other) % 7 &* 0x2000_0005) { $0 == other }
                    #expect((found == other) == model.contains(other))
                }
            }
        }
    }
}
