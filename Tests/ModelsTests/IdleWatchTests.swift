import Clocks
import Models
import Testing

struct IdleWatchTests {
    private let start = Instant.now

    private func at(_ seconds: Int) -> Instant { start + .seconds(seconds) }

    @Test func `a wait that lasts expires no earlier than the clock after it was first seen`() {
        var watch = IdleWatch(timeout: .seconds(60), startedAt: start)
        #expect(watch.firstLook == at(15))
        #expect(watch.looked(at: at(15), turn: 1) == .lookAgain(at: at(30)))
        #expect(watch.looked(at: at(30), turn: 1) == .lookAgain(at: at(45)))
        #expect(watch.looked(at: at(45), turn: 1) == .lookAgain(at: at(60)))
        #expect(watch.looked(at: at(60), turn: 1) == .lookAgain(at: at(75)))
        #expect(watch.looked(at: at(75), turn: 1) == .expired(waited: .seconds(60)))
    }

    @Test func `each chunk starts the clock anew`() {
        var watch = IdleWatch(timeout: .seconds(60), startedAt: start)
        for look in 1...100 {
            let step = watch.looked(at: at(15 * look), turn: UInt64(2 * look + 1))
            #expect(step == .lookAgain(at: at(15 * look + 15)))
        }
    }

    @Test func `a reader may take its time`() {
        var watch = IdleWatch(timeout: .seconds(60), startedAt: start)
        for look in 1...100 {
            let step = watch.looked(at: at(15 * look), turn: 2)
            #expect(step == .lookAgain(at: at(15 * look + 15)))
        }
    }

    @Test func `a late look does not let a wait run past its clock`() {
        var watch = IdleWatch(timeout: .seconds(60), startedAt: start)
        _ = watch.looked(at: at(15), turn: 1)
        #expect(watch.looked(at: at(70), turn: 1) == .lookAgain(at: at(75)))
        #expect(watch.looked(at: at(200), turn: 1) == .expired(waited: .seconds(185)))
    }
}
