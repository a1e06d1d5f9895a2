import Clocks
import Lanes
import Models
import Synchronization
import Testing

@testable import Daemon

struct ServiceCallsTests {
    private func call(_ id: String, uid: UInt32 = 1) -> Call {
        Call(
            attribution: Attribution(callID: id, caller: CallerKey(uid: uid, callerID: "")),
            model: "m", arrived: .now, deadline: nil)
    }

    @Test func `a stopping daemon takes no new calls and waits for those it has`() async throws {
        let calls = RunningCalls()
        let first = try calls.begin(call("a"))
        let second = try calls.begin(call("b"))
        calls.drain()
        #expect(throws: Refusal.self) { try calls.begin(call("c")) }
        #expect(calls.count == 2)
        let isDrained = Mutex(false)
        let waiting = Task {
            await calls.drained()
            isDrained.withLock { $0 = true }
        }
        first.end()
        #expect(calls.count == 1)
        #expect(!isDrained.withLock { $0 })
        second.end()
        await waiting.value
        #expect(calls.count == 0)
    }

    @Test func `a daemon without calls is drained at once, however often it asks`() async {
        let calls = RunningCalls()
        calls.drain()
        await calls.drained()
        await calls.drained()
    }

    @Test func `all who wait for the end learn of it`() async throws {
        let calls = RunningCalls()
        let running = try calls.begin(call("a"))
        calls.drain()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { await calls.drained() } }
            running.end()
            await group.waitForAll()
        }
    }

    @Test func `interrupting ends what runs and leaves alone what has ended`() throws {
        let calls = RunningCalls()
        let (a, b) = (call("a"), call("b"))
        let ended = try calls.begin(a)
        let running = try calls.begin(b)
        let stopped = Mutex<[String]>([])
        a.bind { stopped.withLock { $0.append("a") } }
        b.bind { stopped.withLock { $0.append("b") } }
        ended.end()
        calls.interruptAll()
        #expect(stopped.withLock { $0 } == ["b"])
        #expect(b.interruption == .shuttingDown && a.interruption == nil)
        #expect(calls.count == 1, "an interrupted call ends by itself")
        running.end()
    }

    @Test func `two calls of one id are two calls`() throws {
        let calls = RunningCalls()
        let (a, b) = (call("same"), call("same"))
        let first = try calls.begin(a)
        _ = try calls.begin(b)
        first.end()
        #expect(calls.count == 1)
    }

    @Test func `ids of calls never repeat, not even when many ask at once`() async {
        let ids = CallIDs(seed: 1)
        let made = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<8 { group.addTask { (0..<1_000).map { _ in ids.next } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(made).count == 8_000)
        #expect(CallIDs(seed: 2).next != CallIDs(seed: 1).next)
        #expect(made.allSatisfy { $0.utf8.count <= 32 })
    }

    @Test func `a uid has as many calls as it may, and others have theirs`() throws {
        let calls = RunningCalls(perUIDMax: 2)
        let first = try calls.begin(call("a", uid: 7))
        _ = try calls.begin(call("b", uid: 7))
        let refusal = #expect(throws: Refusal.self) { try calls.begin(call("c", uid: 7)) }
        #expect(refusal?.reason == .callerQueueFull)
        #expect(refusal?.message.contains("2 calls of uid 7") == true)
        _ = try calls.begin(call("d", uid: 8))
        first.end()
        _ = try calls.begin(call("e", uid: 7))
        #expect(calls.count == 3)
    }
}
