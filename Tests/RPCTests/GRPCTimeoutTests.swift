import Testing

@testable import RPC

@Suite struct GRPCTimeoutTests {
    @Test(arguments: [
        ("1H", Duration.seconds(3_600)), ("2M", .seconds(120)), ("3S", .seconds(3)),
        ("4m", .milliseconds(4)), ("5u", .microseconds(5)), ("6n", .nanoseconds(6)),
        ("0n", .zero), ("0H", .zero), ("00000001S", .seconds(1)),
        ("99999999m", .milliseconds(99_999_999)),
    ])
    func `one to eight digits and a unit are a timeout`(text: String, duration: Duration) {
        #expect(GRPCTimeout.parse(Array(text.utf8)) == duration)
    }

    @Test func `a timeout beyond a year is a year`() {
        #expect(GRPCTimeout.parse(Array("99999999H".utf8)) == .seconds(365 * 24 * 3_600))
        #expect(GRPCTimeout.parse(Array("99999999S".utf8)) == .seconds(365 * 24 * 3_600))
    }

    @Test(arguments: [
        "", "S", "1", "1s", "1h", "123456789S", "-1S", "+1S", "1.5S", " 1S", "1S ", "1 S", "1SS",
        "١S", "1\u{0}S",
    ])
    func `anything else is none`(text: String) {
        #expect(GRPCTimeout.parse(Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        Duration.zero, .nanoseconds(1), .nanoseconds(99_999_999), .milliseconds(100),
        .nanoseconds(100_000_001), .seconds(1), .milliseconds(1_500), .seconds(86_400),
        .seconds(100_000_000), .seconds(9_999_999_999), .nanoseconds(123_456_789_012_345),
    ])
    func `what is written is no shorter than what was meant, and hardly longer`(
        timeout: Duration
    ) throws {
        let text = GRPCTimeout.format(timeout)
        #expect((2...9).contains(text.utf8.count))
        let parsed = try #require(GRPCTimeout.parse(Array(text.utf8)))
        let year = Duration.seconds(365 * 24 * 3_600)
        #expect(parsed >= min(timeout, year))
        #expect(parsed <= timeout * 1.001 + .nanoseconds(1))
    }

    @Test func `a timeout that is over already is written as zero`() {
        #expect(GRPCTimeout.format(.seconds(-3)) == "0n")
    }

    @Test func `a timeout longer than the header can say is its longest`() {
        #expect(GRPCTimeout.format(.seconds(3_600) * 200_000_000) == "99999999H")
    }
}
