import Clocks
import Synchronization

/// The shell around `IdleWatch`: counts the turns of a stream and interrupts its call when
/// upstream has been silent for too long. A chunk costs two additions here.
final class IdleAlarm: Sendable {
    private let call: Call
    private let turn = Atomic<UInt64>(0)
    private let watch: Mutex<IdleWatch>
    private let alarm = AlarmSlot()

    init(_ call: Call, _ timeout: Duration) {
        self.call = call
        let watch = IdleWatch(timeout: timeout, startedAt: call.time.now)
        self.watch = Mutex(watch)
        set(at: watch.firstLook)
    }

    /// The stream asks upstream for a chunk.
    func waits() { takeTurn() }

    /// It has one; it is the reader's turn.
    func arrived() { takeTurn() }

    // One reader at a time writes it, so a plain load and store do.
    private func takeTurn() {
        turn.store(turn.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
    }

    func stop() { alarm.clear(call.time) }

    // The alarm may hold the last reference to nothing but this: the stream itself must stay free
    // to be let go, for that is what closes upstream.
    private func set(at deadline: Instant) {
        alarm.set(call.time, at: deadline) { [weak self] in self?.fired() }
    }

    private func fired() {
        let now = call.time.now
        let seen = turn.load(ordering: .relaxed)
        switch watch.withLock({ $0.looked(at: now, turn: seen) }) {
        case .lookAgain(let at): set(at: at)
        case .expired: call.interrupt(.idleTimeout)
        }
    }
}
