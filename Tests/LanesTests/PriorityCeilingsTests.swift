import Testing

@testable import Lanes

struct PriorityCeilingsTests {
    private let ceilings = PriorityCeilings([
        CallerMatch(uid: 1): .normal, CallerMatch(callerID: "a"): .interactive,
        CallerMatch(callerID: "low"): .batch, CallerMatch(uid: 1, callerID: "trusted"): .system,
    ])

    private func ran(_ priority: Priority, _ uid: UInt32, _ callerID: String) -> Priority {
        ceilings.clamp(priority, for: CallerKey(uid: uid, callerID: callerID))
    }

    @Test func `a call runs at its caller's ceiling where it asks for more, and never higher`() {
        #expect(ran(.system, 1, "") == .normal)
        #expect(ran(.normal, 1, "") == .normal)
        #expect(ran(.batch, 1, "") == .batch)
    }

    @Test func `a caller nothing is said of has no ceiling`() {
        #expect(ran(.system, 2, "") == .system)
        #expect(PriorityCeilings().clamp(.system, for: CallerKey(uid: 2, callerID: "")) == .system)
    }

    @Test func `a caller id lowers what its uid is given and does not raise it`() {
        #expect(ran(.system, 1, "low") == .batch)
        #expect(ran(.system, 1, "a") == .normal)
        #expect(ran(.system, 2, "a") == .interactive)
    }

    @Test func `an entry for both decides alone`() {
        #expect(ran(.system, 1, "trusted") == .system)
        #expect(ran(.system, 2, "trusted") == .system)
    }
}
