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

    @Test func `after a millisecond the sockets come first, and then the rest`() {
        let (diary, busy) = (Diary(), LoopExecutor(turns))
        work(busy, "a", pieces: 5, each: .microseconds(400), diary)
        loop.run()
        #expect(diary.lines == ["a1", "a2", "a3"], "three come to 1.2 ms")
        loop.advanceTime(by: .microseconds(50))
        #expect(diary.lines == ["a1", "a2", "a3", "a4", "a5"])
    }

    @Test func `what comes while others wait for a turn has its own before their next but one`() {
        let (diary, busy, late) = (Diary(), LoopExecutor(turns), LoopExecutor(turns))
        work(busy, "a", pieces: 4, each: .milliseconds(2), diary)
        loop.run()
        work(late, "b", pieces: 1, each: .zero, diary)
        for _ in 0..<4 { loop.advanceTime(by: .microseconds(50)) }
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
            loop.advanceTime(by: .microseconds(50))
            #expect(time.now - before <= .microseconds(1_400), "a millisecond and 32 messages")
            #expect(time.now > before)
        }
        long.read()
        short.read()
        try pair.run()
        #expect(long.texts.count == 320 && short.texts == ["1"])
    }
}
