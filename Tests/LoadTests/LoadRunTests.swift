import Testing

@testable import Load

struct LoadRunTests {
    static let closed = LoadPlan(pace: .whenFree, warmup: .seconds(1), measured: .seconds(2))
    static let open = LoadPlan(
        pace: .every(callsPerSecond: 10), warmup: .zero, measured: .seconds(1))

    @Test func `a call of the warm-up is counted and not measured`() {
        var run = LoadRun(Self.closed)
        run.call(at: ms(0), until: ms(400))
        run.call(at: ms(1_000), until: ms(1_010))
        let report = run.report(of: .of())
        #expect((report.calls, report.warmupCalls, report.failed) == (2, 1, 0))
        #expect(report.latency?.count == 1)
        #expect(report.latency?.max == 10_000_000)
    }

    @Test func `a failure of the warm-up is a failure all the same`() {
        var run = LoadRun(Self.closed)
        run.call(at: ms(0), until: ms(1), .full)
        let report = run.report(of: .of())
        #expect(report.failed == 1)
        #expect(report.failedLatency == nil)
        #expect(!report.complaints.isEmpty)
    }

    @Test func `every end is counted by its status and its reason`() {
        var run = LoadRun(Self.closed)
        let slow = LoadOutcome.failed(
            code: "RESOURCE_EXHAUSTED", reason: "QUEUE_TIMEOUT", message: "too long")
        let outcomes: [LoadOutcome] = [.full, .ok, slow, .full, .ok]
        for outcome in outcomes { run.call(at: ms(1_500), until: ms(1_501), outcome) }
        let report = run.report(of: .of())
        #expect(
            report.ends.map { "\($0.code) \($0.reason) \($0.calls) \($0.message)" } == [
                "OK  2 ", "RESOURCE_EXHAUSTED QUEUE_FULL 2 the lane is full",
                "RESOURCE_EXHAUSTED QUEUE_TIMEOUT 1 too long",
            ])
        #expect((report.latency?.count, report.failedLatency?.count) == (2, 3))
    }

    @Test func `calls per second are those that ended while it was measured`() {
        var run = LoadRun(Self.closed)
        run.call(at: ms(900), until: ms(1_100))
        for _ in 0..<3 { run.call(at: ms(2_000), until: ms(2_100)) }
        run.call(at: ms(2_900), until: ms(3_200))
        #expect(run.report(of: .of()).callsPerSecond == 2)
    }

    @Test func `in an open loop a call's time counts from when it was due`() {
        var run = LoadRun(Self.open)
        #expect(run.call(at: ms(0), until: ms(350)) == ms(0))
        // Nobody was free for the call of 100 ms before that.
        #expect(run.call(at: ms(350), until: ms(360)) == ms(100))
        let report = run.report(of: .of())
        #expect(report.latency?.max == 350_000_000)
        #expect(report.latency?.mean == 305_000_000)
        #expect(report.startLag?.max == 250_000_000)
    }

    @Test func `calls that were due and that nobody could begin are told`() {
        var run = LoadRun(Self.open)
        run.call(at: ms(0), until: ms(950))
        run.call(at: ms(950), until: ms(1_200))
        #expect(run.call(at: ms(1_200), until: ms(1_300)) == nil)
        let report = run.report(of: .of(concurrency: 1))
        #expect(report.notStarted == 8)
        #expect(
            report.complaints == [
                "8 calls were due and not started in time, as 1 were in flight; "
                    + "allow more with --concurrency or ask for less with --rate"
            ])
    }

    @Test func `a run that is stopped gives out no more, and counts what was due until then`() {
        var run = LoadRun(Self.open)
        run.call(at: ms(0), until: ms(10))
        let waiting = run.claim(at: ms(10))
        #expect(waiting == ms(100))
        run.stopped(at: ms(50))
        #expect(run.claim(at: ms(60)) == nil)
        let report = run.report(of: .of())
        #expect(report.isInterrupted)
        #expect(report.notStarted == 0)
        #expect(report.callsPerSecond == 20)
        #expect(report.complaints.isEmpty)
    }

    @Test func `a run stopped before it was measured has measured nothing`() {
        var run = LoadRun(Self.closed)
        run.call(at: ms(0), until: ms(10))
        run.stopped(at: ms(500))
        let report = run.report(of: .of())
        #expect((report.calls, report.callsPerSecond) == (1, 0))
        #expect(report.lines.contains("no call was measured to its end"))
    }

    @Test func `a call that does not end is complained of, but not where somebody stopped it`() {
        var run = LoadRun(Self.closed)
        run.call(at: ms(2_000), until: ms(13_000), .cutOff)
        #expect(run.report(of: .of()).unfinished == 1)
        #expect(run.report(of: .of()).complaints.count == 1)
        run.stopped(at: ms(13_000))
        #expect(run.report(of: .of()).complaints.isEmpty)
    }

    @Test func `a stream's first chunk counts from when it was due, the others from one another`() {
        var run = LoadRun(Self.closed)
        run.call(at: ms(100), until: ms(200), chunksAt: [ms(150), ms(160)])
        run.call(at: ms(1_000), until: ms(1_060), chunksAt: [ms(1_020), ms(1_025), ms(1_055)])
        let report = run.report(of: .of(stream: true))
        #expect(report.chunks == 3)
        #expect(report.chunksPerSecond == 1.5)
        #expect(report.firstChunk?.max == 20_000_000)
        #expect((report.chunkGap?.count, report.chunkGap?.max) == (2, 30_000_000))
        #expect(report.latency?.max == 60_000_000)
    }
}
