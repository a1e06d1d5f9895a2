import Clocks
import Foundation
import Testing

@testable import Telemetry

struct WallClockTests {
    private let now = Instant.origin + .seconds(5_000)
    private static let shown: Int64 = 1_700_000_000_123_456_789

    private var wall: WallClock { WallClock(unixNanoseconds: Self.shown, at: now) }

    @Test func `the moment it was read at is what the wall showed`() {
        #expect(wall.unixNanoseconds(now) == UInt64(Self.shown))
    }

    @Test(arguments: [-4_999_999_999_999, -1, 1, 86_400_000_000_000] as [Int64])
    func `other moments are as far from it as they are on the monotonic clock`(distance: Int64) {
        let moment = now + .nanoseconds(distance)
        #expect(wall.unixNanoseconds(moment) == UInt64(Self.shown + distance))
    }

    @Test func `a moment before 1970 is 1970`() {
        let early = WallClock(unixNanoseconds: 10, at: now)
        #expect(early.unixNanoseconds(now - .nanoseconds(10)) == 0)
        #expect(early.unixNanoseconds(now - .nanoseconds(11)) == 0)
    }

    @Test func `what it reads is the time of day`() {
        let before = Date().timeIntervalSince1970
        let read = Double(WallClock.read(at: now).unixNanoseconds(now)) / 1e9
        let after = Date().timeIntervalSince1970
        // A Double holds today's time to a quarter of a microsecond.
        #expect(read >= before - 1e-6 && read <= after + 1e-6)
    }
}
