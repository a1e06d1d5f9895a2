import Models
import Patience
import Synchronization
import Testing

struct PatienceTests {
    @Test(.timeLimit(.minutes(Patience.slowness)))
    func `what is done is not waited for any longer`() async {
        #expect(await finishes(within: .seconds(86_400)) { done in done() })
        let isDone = await finishes(within: .seconds(86_400)) { done in Task { done() } }
        #expect(isDone)
    }

    @Test(.timeLimit(.minutes(Patience.slowness)))
    func `what hangs is left to itself, and may be done later`() async {
        let late = Mutex<(@Sendable () -> Void)?>(nil)
        let isDone = await finishes(within: .zero) { done in late.withLock { $0 = done } }
        #expect(!isDone)
        late.withLock { $0 }?()
    }
}
