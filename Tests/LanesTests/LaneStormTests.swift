import Clocks
import Patience
import Seeded
import Synchronization
import Testing

@testable import Lanes

struct LaneStormTests {
    /// Calls that came, by how they ended.
    private struct Tally: Sendable, Equatable {
        var served = 0
        var left = 0
    }

    @Test(.timeLimit(.minutes(2 * Patience.slowness)))
    func `ten thousand tasks cancelled at random leave nothing behind`() async {
        let time = HandWoundTime()
        let settings = LaneSettings(concurrency: 8, queueDepthMax: 20_000, queueBytesMax: 1 << 30)
        let lane = Lane(name: "storm", settings: settings, time: time, logger: LogBook().logger)
        var random = Seeded(seed: 10_000)
        let tasks = (0..<10_000).map { call in
            Task { await Self.call(lane, caller: "caller \(call % 50)", stream: call % 3 == 0) }
        }
        for task in tasks.shuffled(using: &random).prefix(7_000) {
            task.cancel()
            if Int.random(in: 0..<16, using: &random) == 0 { await Task.yield() }
        }
        var tally = Tally()
        for task in tasks {
            if await task.value == nil { tally.served += 1 } else { tally.left += 1 }
        }
        let end = lane.snapshot()
        #expect(tally.served + tally.left == 10_000)
        #expect(tally.served >= 3_000)
        #expect(end.running == 0)
        #expect(end.openStreams == 0)
        #expect(end.queued == 0)
        #expect(end.leakedSlots == 0)
        #expect(lane.suspended == 0)
        #expect(time.alarmCount == 0)
    }

    private static func call(_ lane: Lane, caller: String, stream: Bool) async -> LaneRefusal? {
        do throws(LaneRefusal) {
            let slot = try await lane.slot(for: .of(caller, stream: stream))
            await Task.yield()
            if stream {
                let open = slot.established()
                await Task.yield()
                open.end()
            } else {
                slot.release()
            }
            return nil
        } catch {
            return error
        }
    }
}
