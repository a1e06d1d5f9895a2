import Testing

struct LanePropertyTests {
    /// `LANEWAY_SEED=n` replays one history. A broken precondition stops the process before it can
    /// name its seed, so the seeds are printed as they begin, a thousand at a time.
    @Test func `random histories keep every promise of a lane`() {
        var dispatched = 0
        for seed in Seeded.seeds(20_000) {
            if seed % 1_000 == 1 { print("lane histories: seeds \(seed)...\(seed + 999)") }
            var history = History(seed: seed)
            do {
                try history.live(events: 40)
            } catch {
                Issue.record("\(error) (replay with LANEWAY_SEED=\(seed))")
                return
            }
            dispatched += history.dispatched
        }
        #expect(dispatched > 0, "histories in which nobody ever waits prove nothing")
    }
}
