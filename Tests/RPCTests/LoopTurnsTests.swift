import Clocks
import Messages
import NIOCore
import NIOEmbedded
import Testing

@testable import RPC

/// Nobody keeps a loop from the others.
@Suite struct LoopTurnsTests {
    private let time = HandWoundTime()
    private let loop = EmbeddedEventLoop()
    private let turns: LoopTurns

    init() {
        turns = LoopTurns(loop, time: time)
    }

    /// What was done, by name, in order.
    private final class Diary {
        var lines: [String] = []
    }

    /// Adds pieces that take so long each.
    private func work(
        _ executor: LoopExecutor, _ name: String, pieces: Int, each: Duration, _ diary: Diary
    ) {
        for number in 1...pieces {
            executor.later {
                diary.lines.append("\(name)\(number)")
                time.advance(by: each)
            }
        }
    }

    @Test func `connections take turns, a piece each`() {
        let (diary, busy, idle) = (Diary(), LoopExecutor(turns), LoopExecutor(turns))
        work(busy, "a", pieces: 3, each: .zero, diary)
        work(idle, "b", pieces: 2, each: .zero, diary)
        loop.run()
        #expect(diary.lines == ["a1", "b1", "a2", "b2", "a3"])
    }

    @Test func `after a quarter of a millisecond the sockets come first, and then the rest`() {
        let (diary, busy) = (Diary(), LoopExecutor(turns))
        work(busy, "a", pieces: 5, each: .microseconds(100), diary)
        loop.run()
        #expect(diary.lines == ["a1", "a2", "a3"], "three come to 300 µs")
        lookAtSockets()
        #expect(diary.lines == ["a1", "a2", "a3", "a4", "a5"])
    }

    private func lookAtSockets() { loop.advanceTime(by: .microseconds(20)) }

    /// How many pieces of 50 µs are done in each of so many turns.
    private func lengths(ofTurns count: Int, whenLooking: () -> Void = {}) -> [Int] {
        let (diary, busy) = (Diary(), LoopExecutor(turns))
        work(busy, "a", pieces: 200, each: .microseconds(50), diary)
        loop.run()
        defer { while diary.lines.count < 200 { lookAtSockets() } }
        return (0..<count).map { _ in
            let before = diary.lines.count
            whenLooking()
            lookAtSockets()
            return diary.lines.count - before
        }
    }

    @Test func `where nobody comes turns grow longer, up to a millisecond`() {
        #expect(lengths(ofTurns: 4) == [10, 20, 20, 20])
    }

    @Test func `where somebody comes they stay short`() {
        #expect(lengths(ofTurns: 3) { _ = turns.begin() } == [5, 5, 5])
    }

    @Test func `they are short again once somebody has come`() {
        var looks = 0
        let lengths = lengths(ofTurns: 4) {
            looks += 1
            if looks == 3 { _ = turns.begin() }
        }
        #expect(lengths == [10, 20, 5, 10])
    }

    @Test func `what comes while others wait for a turn has its own before their next but one`() {
        let (diary, busy, late) = (Diary(), LoopExecutor(turns), LoopExecutor(turns))
        work(busy, "a", pieces: 4, each: .milliseconds(2), diary)
        loop.run()
        work(late, "b", pieces: 1, each: .zero, diary)
        for _ in 0..<4 { lookAtSockets() }
        #expect(diary.lines == ["a1", "a2", "b1", "a3", "a4"])
    }

    @Test func `a loop that shuts down leaves nothing undone`() throws {
        let (diary, busy) = (Diary(), LoopExecutor(turns))
        work(busy, "a", pieces: 4, each: .milliseconds(2), diary)
        loop.run()
        #expect(diary.lines == ["a1"])
        try loop.syncShutdownGracefully()
        #expect(diary.lines == ["a1", "a2", "a3", "a4"])
    }

    @Test func `a handler that always has more to write lets others have their turn`() throws {
        let gate = Gate()
        let time = self.time
        let method = Kinds.serverStreaming { (text, writer, _) async throws(RPCFailure) in
            for number in 1...(text == "long" ? 320 : 1) {
                try await writer.write(TextPart(text: "\(number)"))
                time.advance(by: .microseconds(10))
            }
            gate.note(text)
        }
        let pair = try Loopback([method], turns: turns, time: time, loop: loop)
        let (long, short) = (try pair.call().send("long"), try pair.call().send("short"))
        try pair.run()
        #expect(gate.notes == ["short"], "a call of 3.2 ms is not over after one of 10 µs")
        while gate.notes.count == 1 {
            let before = time.now
            _ = turns.begin()
            lookAtSockets()
            #expect(time.now - before <= .microseconds(600), "a short turn and 32 messages")
            #expect(time.now > before)
        }
        long.read()
        short.read()
        try pair.run()
        #expect(long.texts.count == 320 && short.texts == ["1"])
    }
}
