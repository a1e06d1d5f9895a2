import Clocks
import Synchronization
import Testing

@testable import Lanes

struct LaneTests {
    let time = HandWoundTime()
    let log = LogBook()

    private func lane(_ settings: LaneSettings = LaneSettings(concurrency: 1)) -> Lane {
        Lane(name: "gpu", settings: settings, time: time, logger: log.logger)
    }

    /// Queues a call in a task of its own; returns when it waits.
    private func queue(_ job: Job, in lane: Lane) async -> Task<LaneRefusal?, Never> {
        let before = lane.suspended
        let task = Task<LaneRefusal?, Never> {
            do throws(LaneRefusal) {
                let slot = try await lane.slot(for: job)
                slot.release()
                return nil
            } catch {
                return error
            }
        }
        await eventually { lane.suspended == before + 1 }
        return task
    }

    private func expectEmpty(_ lane: Lane) {
        let end = lane.snapshot()
        #expect(end.running == 0)
        #expect(end.queued == 0)
        #expect(end.queuedBytes == 0)
        #expect(end.openStreams == 0)
        #expect(lane.suspended == 0)
        #expect(time.alarmCount == 0)
    }

    @Test func `an uncontended call takes its slot without suspending or setting an alarm`() {
        let lane = lane()
        let done = Flag()
        // An immediate task runs on this thread up to its first suspension.
        Task.immediate {
            let slot = try await lane.slot(for: .of("a"))
            #expect(slot.waited == .zero)
            slot.release()
            done.set()
        }
        #expect(done.isSet)
        #expect(time.alarmsSet == 0)
        expectEmpty(lane)
    }

    @Test func `a waiting call gets the slot that is released and knows how long it waited`()
        async throws
    {
        let lane = lane()
        let first = try await lane.slot(for: .of("a"))
        let waited = Task {
            let slot = try await lane.slot(for: .of("b"))
            let waited = slot.waited
            slot.release()
            return waited
        }
        await eventually { lane.suspended == 1 }
        time.advance(by: .seconds(7))
        first.release()
        #expect(try await waited.value == .seconds(7))
        expectEmpty(lane)
    }

    @Test func `a cancelled call leaves the queue at once`() async throws {
        let lane = lane()
        let first = try await lane.slot(for: .of("a"))
        let second = await queue(.of("b"), in: lane)
        second.cancel()
        #expect(lane.snapshot().queued == 0)
        #expect(await second.value == .callerLeft)
        #expect(lane.snapshot().refusals == [.callerLeft: 1])
        first.release()
        expectEmpty(lane)
    }

    @Test func `a task cancelled before it asks is refused as soon as it would wait`() async throws
    {
        let lane = lane()
        let first = try await lane.slot(for: .of("a"))
        let task = Task<LaneRefusal?, Never> {
            await eventually { Task.isCancelled }
            do throws(LaneRefusal) {
                let slot = try await lane.slot(for: .of("b"))
                slot.release()
                return nil
            } catch {
                return error
            }
        }
        task.cancel()
        #expect(await task.value == .callerLeft)
        first.release()
        expectEmpty(lane)
    }

    @MainActor
    @Test func `a slot that crossed with a cancellation goes to the next in line`() async throws {
        let lane = lane()
        let first = try await lane.slot(for: .of("a"))
        // All on one actor, so that none of the waiting tasks runs before this one suspends.
        let crossed = Task { @MainActor in
            do throws(LaneRefusal) {
                let slot = try await lane.slot(for: .of("b"))
                slot.release()
                return LaneRefusal?.none
            } catch {
                return error
            }
        }
        await eventually { lane.suspended == 1 }
        let next = await queue(.of("c"), in: lane)
        first.release()
        #expect(lane.snapshot().running == 1)
        crossed.cancel()
        #expect(await crossed.value == .callerLeft)
        #expect(await next.value == nil)
        expectEmpty(lane)
    }

    @Test func `the queue clock refuses a call that waited too long`() async throws {
        let lane = lane()
        let first = try await lane.slot(for: .of("a"))
        let second = await queue(.of("b", waitMax: .seconds(5)), in: lane)
        time.advance(by: .seconds(4))
        #expect(lane.snapshot().queued == 1)
        time.advance(by: .seconds(1))
        let refusal = LaneRefusal.queueTimeout(
            waited: .seconds(5), limit: .seconds(5), estimatedWait: nil)
        #expect(await second.value == refusal)
        first.release()
        expectEmpty(lane)
    }

    @Test func `a full queue refuses at once and drops nobody`() async throws {
        let lane = lane(LaneSettings(concurrency: 1, queueDepthMax: 2))
        let first = try await lane.slot(for: .of("a"))
        let waiting = [
            await queue(.of("b"), in: lane), await queue(.of("c"), in: lane),
        ]
        await #expect(throws: LaneRefusal.queueFull(depth: 2, limit: 2, estimatedWait: nil)) {
            let slot = try await lane.slot(for: .of("d"))
            slot.release()
        }
        await #expect(throws: LaneRefusal.callerQueueFull(depth: 1, limit: 1, estimatedWait: nil)) {
            let slot = try await lane.slot(for: .of("b"))
            slot.release()
        }
        first.release()
        for task in waiting { #expect(await task.value == nil) }
        expectEmpty(lane)
    }

    @Test func `draining refuses the waiting and the new and lets the running end`() async throws {
        let lane = lane()
        let first = try await lane.slot(for: .of("a"))
        let second = await queue(.of("b"), in: lane)
        lane.drain()
        #expect(await second.value == .shuttingDown)
        await #expect(throws: LaneRefusal.shuttingDown) {
            let slot = try await lane.slot(for: .of("c"))
            slot.release()
        }
        #expect(lane.snapshot().running == 1)
        first.release()
        expectEmpty(lane)
    }

    @Test func `growing a lane starts what waits`() async throws {
        let lane = lane()
        let first = try await lane.slot(for: .of("a"))
        let second = await queue(.of("b"), in: lane)
        lane.update { $0.concurrency = 2 }
        #expect(await second.value == nil)
        #expect(lane.settings.concurrency == 2)
        first.release()
        expectEmpty(lane)
    }

    @Test func `a forgotten slot is released, logged and counted`() async throws {
        let lane = lane()
        do {
            let slot = try await lane.slot(for: .of("a"))
            #expect(slot.waited == .zero)
        }
        #expect(lane.snapshot().leakedSlots == 1)
        #expect(log.all == ["error: slot leaked lane=gpu"])
        expectEmpty(lane)
    }

    @Test func `a forgotten open stream is ended, logged and counted`() async throws {
        let lane = lane()
        do {
            let stream = try await lane.slot(for: .of("a", stream: true)).established()
            #expect(lane.snapshot().openStreams == 1)
            _ = consume stream
        }
        #expect(lane.snapshot().leakedSlots == 1)
        #expect(log.all == ["error: open stream leaked lane=gpu"])
        expectEmpty(lane)
    }

    @Test func `an established stream frees the slot, or keeps it where the lane says so`()
        async throws
    {
        for hold in Hold.allCases {
            let lane = lane(LaneSettings(concurrency: 1, hold: hold))
            let stream = try await lane.slot(for: .of("a", stream: true)).established()
            #expect(lane.snapshot().running == (hold == .completion ? 1 : 0))
            #expect(lane.snapshot().openStreams == 1)
            stream.end()
            #expect(lane.snapshot().leakedSlots == 0)
            expectEmpty(lane)
        }
    }
}

/// Set from another task.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() { value.store(true, ordering: .releasing) }
}

/// Lets other tasks run until the condition holds; what holds it up is another task's next step, so
/// this ends as soon as that has run. A test's own time limit ends it otherwise.
func eventually(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}
