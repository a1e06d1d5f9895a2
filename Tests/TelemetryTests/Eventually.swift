import Patience
import Testing

/// Lets other tasks run until `condition` holds: for what happens without the clock moving.
func eventually(
    _ condition: @Sendable () throws -> Bool, at place: SourceLocation = #_sourceLocation
) async throws {
    // All tests begin at once, and those that reckon keep the threads of two cores for a minute.
    let limit = ContinuousClock.now + Patience.stretched(.seconds(240))
    while try !condition() {
        if ContinuousClock.now > limit {
            Issue.record("it did not come to pass in time", sourceLocation: place)
            return
        }
        await Task.yield()
    }
}
