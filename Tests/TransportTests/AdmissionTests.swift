import Clocks
import Testing

@testable import Transport

/// Who may connect.
@Suite struct AdmissionTests {
    /// Connections that come one after the other, each told what became of it.
    private final class Door {
        private final class Connection {}

        private var admission: Admission
        private var connections: [Connection] = []
        var now = Instant.origin

        init(all: Int = 4, perUID: Int = 2) {
            admission = Admission(
                SocketLimits(
                    connectionsMax: all, connectionsPerUIDMax: perUID, descriptorsMax: 10_000),
                silenceTimeout: .seconds(10))
        }

        private func id(_ number: Int) -> ObjectIdentifier { ObjectIdentifier(connections[number]) }

        /// "taken", "instead of" the number of another, or why not.
        @discardableResult
        func knock(uid: UInt32) -> String {
            connections.append(Connection())
            let new = id(connections.count - 1)
            switch admission.admit(new, uid: uid, at: now) {
            case .taken: return "taken"
            case .takenInsteadOf(let other):
                return
                    "instead of \(connections.firstIndex { ObjectIdentifier($0) == other } ?? -1)"
            case .refused(let refusal):
                return (refusal.isNews ? "news: " : "") + refusal.reason
            }
        }

        func speaks(_ number: Int) { admission.heard(id(number)) }
        func leaves(_ number: Int) { admission.left(id(number)) }
    }

    @Test func `a uid gets as many as it may have, and then is told the limit`() {
        let door = Door()
        #expect(door.knock(uid: 7) == "taken")
        #expect(door.knock(uid: 7) == "taken")
        #expect(
            door.knock(uid: 7)
                == "news: 2 connections of uid 7 are open, all it may have "
                + "(limits.connections_per_uid_max)")
    }

    @Test func `one uid's limit is not another's`() {
        let door = Door()
        for uid in [UInt32(1), 2, 1, 2] { #expect(door.knock(uid: uid) == "taken") }
    }

    @Test func `all together get no more than there may be`() {
        let door = Door(all: 3)
        for uid in UInt32(1)...3 { #expect(door.knock(uid: uid) == "taken") }
        #expect(
            door.knock(uid: 4)
                == "news: 3 connections are open, all there may be (limits.connections_max)")
    }

    @Test func `who leaves makes room for another, once`() {
        let door = Door(all: 2, perUID: 1)
        door.knock(uid: 1)
        #expect(door.knock(uid: 1).hasPrefix("news"))
        for _ in 0..<3 { door.leaves(0) }
        #expect(door.knock(uid: 1) == "taken")
        #expect(door.knock(uid: 2) == "taken")
        #expect(door.knock(uid: 3).hasPrefix("news"))
        door.leaves(3)
        #expect(door.knock(uid: 3) == "taken")
    }

    @Test func `who was refused takes no room`() {
        let door = Door(all: 2, perUID: 1)
        door.knock(uid: 1)
        for _ in 0..<100 { #expect(door.knock(uid: 1) != "taken") }
        #expect(door.knock(uid: 2) == "taken")
    }

    @Test func `of refusals in a row the first is news, and again after somebody was taken`() {
        let door = Door(all: 1, perUID: 1)
        door.knock(uid: 1)
        #expect(door.knock(uid: 1).hasPrefix("news"))
        for _ in 0..<10 { #expect(!door.knock(uid: 2).hasPrefix("news")) }
        door.leaves(0)
        #expect(door.knock(uid: 1) == "taken")
        #expect(door.knock(uid: 1).hasPrefix("news"))
    }

    @Test func `who has been silent for longest makes room, and who has spoken does not`() {
        let door = Door(all: 3, perUID: 3)
        for _ in 0..<3 {
            door.knock(uid: 1)
            door.now = door.now + .seconds(1)
        }
        door.speaks(0)
        door.now = door.now + .seconds(7)
        #expect(door.knock(uid: 1).hasPrefix("news"), "the second has been silent for 9 s")
        door.now = door.now + .seconds(1)
        #expect(door.knock(uid: 1) == "instead of 1")
        #expect(door.knock(uid: 1).hasPrefix("news"))
        door.now = door.now + .seconds(1)
        #expect(door.knock(uid: 1) == "instead of 2")
    }

    @Test func `a uid at its own limit takes no place from another`() {
        let door = Door(all: 3, perUID: 1)
        door.knock(uid: 2)
        door.knock(uid: 1)
        door.speaks(1)
        door.now = door.now + .seconds(60)
        #expect(door.knock(uid: 1).hasPrefix("news"))
        #expect(door.knock(uid: 2) == "instead of 0")
    }

    @Test(arguments: [
        (4_096, 1_024, 10_000, 4_096, 1_024), (4_096, 1_024, 1_024, 960, 960),
        (4_096, 1_024, 100, 36, 36), (10, 1_024, 1_024, 10, 10), (4_096, 1_024, 10, 1, 1),
    ])
    func `there is room for other descriptors`(
        all: Int, perUID: Int, descriptors: Int, allowed: Int, allowedPerUID: Int
    ) {
        let limits = SocketLimits(
            connectionsMax: all, connectionsPerUIDMax: perUID, descriptorsMax: descriptors)
        #expect(limits.connectionsMax == allowed)
        #expect(limits.connectionsPerUIDMax == allowedPerUID)
    }
}
