import Seeded
import Testing

struct LanePropertyTests {
    /// `LANEWAY_SEED=n` replays one history, `LANEWAY_HISTORIES=100000` runs so many. A seed that
    /// fails prints itself, also where a broken precondition stops the process.
    @Test func `random histories keep every promise of a lane`() {
        var (dispatched, aged) = (0, 0)
        let seeds = Seeded.seeds(1_000)
        for seed in seeds {
            LastWords.set("a lane history trapped; replay it with LANEWAY_SEED=\(seed)")
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
        LastWords.set("")
        #expect(dispatched > 0, "histories in which nobody ever waits prove nothing")
        #expect(aged > 0 || seeds.count < 500, "nor do those in which no head ages")
    }
}
