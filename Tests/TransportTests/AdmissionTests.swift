import Testing

@testable import Transport

/// Who may connect.
@Suite struct AdmissionTests {
    private static func admission(all: Int = 4, perUID: Int = 2) -> Admission {
        Admission(
            SocketLimits(connectionsMax: all, connectionsPerUIDMax: perUID, descriptorsMax: 10_000))
    }

    @Test func `a uid gets as many as it may have, and then is told the limit`() {
        var admission = Self.admission()
        #expect(admission.admit(uid: 7) == nil)
        #expect(admission.admit(uid: 7) == nil)
        let refusal = admission.admit(uid: 7)
        #expect(refusal?.reason.contains("2 connections of uid 7") == true)
        #expect(refusal?.reason.contains("limits.connections_per_uid_max") == true)
    }

    @Test func `one uid's limit is not another's`() {
        var admission = Self.admission()
        for uid in UInt32(1)...2 {
            #expect(admission.admit(uid: uid) == nil)
            #expect(admission.admit(uid: uid) == nil)
        }
    }

    @Test func `all together get no more than there may be`() {
        var admission = Self.admission(all: 3)
        for uid in UInt32(1)...3 { #expect(admission.admit(uid: uid) == nil) }
        let refusal = admission.admit(uid: 4)
        #expect(refusal?.reason.contains("3 connections are open") == true)
        #expect(refusal?.reason.contains("limits.connections_max") == true)
    }

    @Test func `who leaves makes room for another`() {
        var admission = Self.admission(all: 2, perUID: 1)
        #expect(admission.admit(uid: 1) == nil)
        #expect(admission.admit(uid: 1) != nil)
        admission.left(uid: 1)
        #expect(admission.admit(uid: 1) == nil)
        #expect(admission.admit(uid: 2) == nil)
        #expect(admission.admit(uid: 3) != nil)
        admission.left(uid: 2)
        #expect(admission.admit(uid: 3) == nil)
    }

    @Test func `who was refused takes no room`() {
        var admission = Self.admission(all: 2, perUID: 1)
        #expect(admission.admit(uid: 1) == nil)
        for _ in 0..<100 { #expect(admission.admit(uid: 1) != nil) }
        #expect(admission.admit(uid: 2) == nil)
    }

    @Test func `of refusals in a row the first is news, and again after somebody was taken`() {
        var admission = Self.admission(all: 1, perUID: 1)
        #expect(admission.admit(uid: 1) == nil)
        #expect(admission.admit(uid: 1)?.isNews == true)
        for _ in 0..<10 { #expect(admission.admit(uid: 2)?.isNews == false) }
        admission.left(uid: 1)
        #expect(admission.admit(uid: 1) == nil)
        #expect(admission.admit(uid: 1)?.isNews == true)
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
