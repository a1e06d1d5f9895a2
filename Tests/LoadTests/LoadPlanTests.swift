import Testing

@testable import Load

struct LoadPlanTests {
    static func open(_ rate: Double, warmup: Duration = .zero, for measured: Duration) -> LoadPlan {
        LoadPlan(pace: .every(callsPerSecond: rate), warmup: warmup, measured: measured)
    }

    @Test func `in a closed loop a call is due whenever somebody is free, until the end`() {
        var plan = LoadPlan(pace: .whenFree, warmup: .seconds(1), measured: .seconds(2))
        #expect(plan.claim(at: .zero) == .zero)
        #expect(plan.claim(at: .milliseconds(2_999)) == .milliseconds(2_999))
        #expect(plan.claim(at: .seconds(3)) == nil)
        #expect(plan.due(before: .seconds(3)) == nil)
    }

    @Test func `in an open loop calls are due at even distances from the start`() {
        var plan = Self.open(4, for: .seconds(1))
        let moments = (0..<5).map { _ in plan.claim(at: .zero) }
        #expect(moments == [0, 250, 500, 750].map { .milliseconds($0) } + [nil])
    }

    @Test func `who is late gets the calls that were due meanwhile, the oldest first`() {
        var plan = Self.open(10, for: .seconds(1))
        #expect(plan.claim(at: .milliseconds(950)) == .zero)
        #expect(plan.claim(at: .milliseconds(950)) == .milliseconds(100))
    }

    @Test func `after the end nothing begins, whatever was due before it`() {
        var plan = Self.open(10, for: .seconds(1))
        #expect(plan.claim(at: .seconds(1)) == nil)
    }

    @Test(arguments: [0.1, 1, 3, 7.7, 333, 9_999.9, 1e6])
    func `as many calls are counted as due as are given out`(rate: Double) {
        let length = Duration.seconds(min(100, 3_000 / rate))
        for part in [1.0, 0.5, 0.123] {
            var plan = Self.open(rate, for: length * part)
            var claimed = 0
            while plan.claim(at: .zero) != nil { claimed += 1 }
            #expect(plan.due(before: plan.end) == claimed)
        }
    }

    @Test func `calls of the warm-up are not counted as due`() {
        let plan = Self.open(10, warmup: .seconds(1), for: .seconds(2))
        #expect(plan.due(before: .seconds(3)) == 20)
        #expect(plan.due(before: .milliseconds(1_050)) == 1)
        #expect(plan.due(before: .seconds(9)) == 20)
    }
}
