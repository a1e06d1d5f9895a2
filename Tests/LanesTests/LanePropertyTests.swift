import Testing

struct LanePropertyTests {
    /// `LANEWAY_SEED=n` replays one history, `LANEWAY_HISTORIES=100000` runs so many. A broken
    /// precondition stops the process before it can name its seed, so the seeds are printed as they
    /// begin, a thousand at a time.
    @Test func `random histories keep every promise of a lane`() {
        var (dispatched, aged) = (0, 0)
        let seeds = Seeded.seeds(1_000)
        for seed in seeds {
            if seed % 1_000 == 1 { print("lane histories: seeds \(seed)...\(seed + 999)") }
            var history = History(seed: seed)
            do {
                try history.live(events: 40)
            } catch {
                Issue.record("\(error) (replay with LANEWAY_SEED=\(seed))")
                return
            }
            dispatched += history.dispatched
            aged += history.agedDispatches
        }
        #expect(dispatched > 0, "histories in which nobody ever waits prove nothing")
        #expect(aged > 0 || seeds.count < 500, "nor do those in which no head ages")
    }
}
