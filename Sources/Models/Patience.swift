/// Waits for work that cannot be stopped, such as a write to a disk that may hang, until it says that
/// it is done, or for `timeout`: then the work is left to itself.
///
/// - Parameter begin: begins the work on a thread of its own and returns. The work calls `done` once.
/// - Returns: false where the time ran out first.
package func finishes(
    within timeout: Duration, _ begin: (_ done: @escaping @Sendable () -> Void) -> Void
) async -> Bool {
    let isDone = Latch<Bool>()
    begin { isDone.set(true) }
    let timer = Task {
        try? await Task.sleep(for: timeout)
        isDone.set(false)
    }
    defer { timer.cancel() }
    return await isDone.value()
}
