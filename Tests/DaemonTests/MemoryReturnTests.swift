import Clocks
import Lanes
import Models
import Synchronization
import Testing

@testable import Daemon

struct MemoryReturnTests {
    private let time = HandWoundTime()
    private let calls = RunningCalls()

    private func run(_ count: Int) throws -> [RunningCalls.Running] {
        try (0..<count).map { number in
            try calls.begin(
                Call(
                    attribution: Attribution(
                        callID: "\(number)", caller: CallerKey(uid: 1, callerID: "")),
                    model: "m", arrived: .now, deadline: nil))
        }
    }

    @Test func `memory is given back once when a crowd has gone`() async throws {
        defer { calls.drain() }
        let (given, told) = AsyncStream.makeStream(of: Void.self)
        MemoryReturn(calls, time: time) { told.yield() }.start()
        var news = given.makeAsyncIterator()
        for _ in 0..<2 {
            let crowd = try run(300)
            time.advance(by: .seconds(60))
            #expect(time.alarmCount == 1, "it looks again while the crowd is there")
            for call in crowd { call.end() }
            time.advance(by: .seconds(5))
            await news.next()
            #expect(time.alarmCount == 0, "nothing wakes the daemon when the crowd has gone")
        }
    }

    @Test func `a crowd that shrinks a little has not gone`() throws {
        defer { calls.drain() }
        let given = Mutex(0)
        MemoryReturn(calls, time: time) { given.withLock { $0 += 1 } }.start()
        let crowd = try run(256)
        for call in crowd.prefix(191) { call.end() }
        time.advance(by: .seconds(60))
        #expect(time.alarmCount == 1)
        #expect(given.withLock { $0 } == 0)
        for call in crowd.dropFirst(191) { call.end() }
        time.advance(by: .seconds(5))
        #expect(time.alarmCount == 0)
    }

    @Test func `few calls wake nobody`() throws {
        defer { calls.drain() }
        MemoryReturn(calls, time: time) { Issue.record("given back for nothing") }.start()
        for call in try run(255) { call.end() }
        #expect(time.alarmCount == 0)
    }

    @Test func `a daemon that stops looks no more`() throws {
        MemoryReturn(calls, time: time) { Issue.record("given back by a stopping daemon") }.start()
        let some = try run(200)
        calls.drain()
        #expect(throws: Refusal.self) { try run(100) }
        #expect(time.alarmCount == 0)
        for call in some { call.end() }
    }
}
