import Clocks
import Testing

@testable import Lanes

struct SharedServiceTests {
    private func service(
        _ given: Double, of asked: Double, weight: Double = 1, uid: UInt32 = 1,
        uidWeight: Double = 1, band: Int = 2
    ) -> SharedService {
        SharedService(
            band: band, uid: uid, uidWeight: uidWeight, weight: weight, given: given, asked: asked)
    }

    @Test func `all that is left goes to those who want more, by weight`() {
        #expect(MaxMin.shares(of: 12, among: [(2, 1), (100, 1), (100, 4)]) == [2, 2, 8])
        #expect(MaxMin.shares(of: 100, among: [(2, 1), (3, 1)]) == [2, 3])
        #expect(MaxMin.shares(of: 5, among: []) == [])
    }

    @Test func `equal shares have an index of one and one that has all has one over n`() {
        #expect(SharedService.jainIndex(of: [service(5, of: 50), service(5, of: 9)]) == 1)
        let greedy = [service(8, of: 8)] + (0..<3).map { _ in service(0, of: 8) }
        #expect(SharedService.jainIndex(of: greedy) == 0.25)
    }

    @Test func `who asks for little and gets it is treated fairly`() {
        #expect(SharedService.jainIndex(of: [service(1, of: 1), service(99, of: 500)]) == 1)
    }

    @Test func `weights and uids are heeded`() {
        #expect(
            SharedService.jainIndex(of: [
                service(2, of: 9, weight: 1), service(4, of: 9, weight: 2),
            ])
                == 1)
        let split = [
            service(5, of: 9, uid: 1), service(2.5, of: 9, uid: 2), service(2.5, of: 9, uid: 2),
        ]
        #expect(SharedService.jainIndex(of: split) == 1)
    }

    @Test func `a lane in which nothing ran has no index`() {
        #expect(SharedService.jainIndex(of: []) == nil)
        #expect(SharedService.jainIndex(of: [service(0, of: 0)]) == nil)
    }

    @Test func `what was given counts for this window and the last`() {
        let second = Instant.origin + .seconds(35)
        let third = second + .seconds(35)
        var window = ServiceWindow()
        window.add(5, at: .origin)
        window.add(7, at: second)
        #expect(window.total(at: second) == 12)
        #expect(window.total(at: third) == 7)
        window.add(-9, at: third)
        #expect(window.total(at: third) == 0)
        #expect(window.total(at: third + .seconds(100)) == 0)
    }

    @Test func `waits are counted in their buckets`() {
        var waits = WaitHistogram()
        for milliseconds: Int64 in [0, 1, 2, 301_000, 1_801_000] {
            waits.add(milliseconds * 1_000_000)
        }
        #expect(waits.counts == [2, 1] + Array(repeating: 0, count: 13) + [1, 1])
        #expect(waits.count == 5)
        #expect(waits.sum == .milliseconds(2_102_003))
    }
}
