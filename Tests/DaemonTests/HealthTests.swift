import Messages
import Synchronization
import Testing

@testable import Daemon

struct HealthTests {
    private let book = HealthBook()

    private func waiting(after phase: HealthBook.Phase, count: Int = 1) async -> [Task<
        HealthBook.Phase, Never
    >] {
        let tasks = (0..<count).map { _ in Task { await book.phase(after: phase) } }
        while book.watcherCount < count { await Task.yield() }
        return tasks
    }

    @Test func `a service that is known stands as the daemon does`() {
        let health = HealthService(book: book, services: ["a.B"], callIDs: CallIDs())
        for name in ["", "a.B"] {
            #expect(health.status(of: name, in: .serving).status == .serving)
            #expect(health.status(of: name, in: .draining).status == .notServing)
            #expect(health.status(of: name, in: .ended).status == .notServing)
        }
        for phase in [HealthBook.Phase.serving, .draining, .ended] {
            #expect(health.status(of: "a.C", in: phase).status == .serviceUnknown)
        }
    }

    @Test func `all who watch learn of the next phase`() async {
        let tasks = await waiting(after: .serving, count: 3)
        book.advance(to: .draining)
        for task in tasks { #expect(await task.value == .draining) }
        #expect(book.watcherCount == 0)
    }

    @Test func `who has not seen the phase does not wait`() async {
        book.advance(to: .draining)
        #expect(await book.phase(after: .serving) == .draining)
    }

    @Test func `a phase that is over does not come back`() async {
        book.advance(to: .ended)
        book.advance(to: .draining)
        #expect(book.phase == .ended)
    }

    @Test func `a watcher that leaves is forgotten, and the others wait on`() async {
        let tasks = await waiting(after: .serving, count: 2)
        tasks[0].cancel()
        #expect(await tasks[0].value == .serving)
        #expect(book.watcherCount == 1)
        book.advance(to: .ended)
        #expect(await tasks[1].value == .ended)
    }

    @Test func `a watcher that has left before it waits does not wait`() async {
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return await book.phase(after: .serving)
        }
        #expect(await task.value == .serving)
        #expect(book.watcherCount == 0)
    }

    @Test func `a stream is told to end once, when no call runs`() {
        let ends = Mutex(0)
        let count: @Sendable () -> Void = { ends.withLock { $0 += 1 } }
        _ = book.whenEnded(count)
        book.advance(to: .draining)
        #expect(ends.withLock { $0 } == 0)
        book.advance(to: .ended)
        book.advance(to: .ended)
        #expect(ends.withLock { $0 } == 1)
        _ = book.whenEnded(count)
        #expect(ends.withLock { $0 } == 2)
        #expect(book.streamCount == 0)
    }

    @Test func `a stream that has ended by itself is forgotten`() {
        let ends = Mutex(0)
        book.forget(book.whenEnded { ends.withLock { $0 += 1 } })
        #expect(book.streamCount == 0)
        book.advance(to: .ended)
        #expect(ends.withLock { $0 } == 0)
    }
}
