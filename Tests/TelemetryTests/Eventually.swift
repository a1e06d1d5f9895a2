import Patience
import Testing

/// Lets other tasks run until `condition` holds: for what happens without the clock moving.
func eventually(
    _ condition: @Sendable () throws -> Bool, at place: SourceLocation = #_sourceLocation
) async throws {
    let limit = ContinuousClock.now + Patience.stretched(.seconds(60))
    while try !condition() {
        if ContinuousClock.now > limit {
            Issue.record("it did not come to pass in time", sourceLocation: place)
            return
        }
        await Task.yield()
    }
}
