import Testing

@testable import Load

struct TimingsTests {
    @Test func `nothing recorded is nothing told`() {
        #expect(Timings().summary == nil)
    }

    @Test func `percentiles are right to three digits, the greatest and the mean exactly`() throws {
        var timings = Timings()
        for microseconds in 1...10_000 { timings.record(.microseconds(microseconds)) }
        let summary = try #require(timings.summary)
        #expect(summary.count == 10_000)
        let expected = [(summary.p50, 5.0e6), (summary.p90, 9.0e6), (summary.p99, 9.9e6)]
        for (value, exact) in expected + [(summary.p999, 9.99e6)] {
            #expect(abs(Double(value) - exact) <= exact / 1_000)
        }
        #expect(summary.max == 10_000_000)
        #expect(summary.mean == 5_000_500)
    }

    @Test func `one value is every percentile of itself`() throws {
        var timings = Timings()
        timings.record(.nanoseconds(123_456_789))
        let summary = try #require(timings.summary)
        #expect(Set([summary.p50, summary.p999, summary.max, summary.mean]) == [123_456_789])
    }

    @Test func `what is longer than an hour still counts, and a negative time is none`() throws {
        var timings = Timings()
        timings.record(.seconds(7_200))
        timings.record(.seconds(-1))
        let summary = try #require(timings.summary)
        #expect(summary.count == 2)
        #expect(summary.max == 7_200_000_000_000)
        #expect(summary.p50 == 0)
    }
}
