import Testing

@testable import Wire

/// What a peer may have a session do for nothing.
@Suite struct AbuseGuardTests {
    private static let few = AbuseGuard.Limits(
        settings: 3, resets: 4, unsuspectedResets: 2, control: 5, controlPerFrame: 2, emptyData: 2)

    /// - Returns: how many of these events are let pass before one is not; nil when all are.
    private static func passed(
        _ event: AbuseGuard.Event, _ guarded: inout AbuseGuard, of count: Int = 1_000
    ) -> Int? {
        (0..<count).first { _ in guarded.saw(event) != nil }
    }

    @Test(arguments: [
        (AbuseGuard.Event.settings, 3), (.ownReset, 4), (.control, 5), (.emptyData, 2),
    ])
    func `each kind passes up to its limit and not beyond`(
        event: AbuseGuard.Event, limit: Int
    ) {
        var guarded = AbuseGuard(limits: Self.few)
        #expect(Self.passed(event, &guarded) == limit)
    }

    @Test func `the complaint names the count and the limit`() {
        var guarded = AbuseGuard(limits: Self.few)
        _ = Self.passed(.settings, &guarded, of: 3)
        #expect(guarded.saw(.settings) == "4 SETTINGS; at most 3 are taken")
    }

    @Test func `the limits are those of the checklist`() {
        let limits = AbuseGuard.Limits()
        #expect(limits.resets == 100)
        #expect(limits.unsuspectedResets == 200)
        #expect(limits.emptyData == 16)
        #expect(limits.settings == 100)
    }

    @Test func `a peer that resets more streams than most is suspect until the next period`() {
        var guarded = AbuseGuard(limits: Self.few)
        #expect(Self.passed(.peerReset, &guarded, of: 2) == nil)
        #expect(!guarded.isSuspect)
        #expect(guarded.saw(.peerReset) == nil)
        #expect(guarded.isSuspect)
        guarded.periodBegan()
        #expect(!guarded.isSuspect)
    }

    @Test func `resets are frames that belong to no call`() {
        var guarded = AbuseGuard(limits: Self.few)
        #expect(Self.passed(.peerReset, &guarded) == 5)
    }

    @Test(arguments: [AbuseGuard.Event.settings, .ownReset, .control])
    func `a new period counts anew`(event: AbuseGuard.Event) {
        var guarded = AbuseGuard(limits: Self.few)
        let first = Self.passed(event, &guarded)
        guarded.periodBegan()
        #expect(Self.passed(event, &guarded) == first)
    }

    @Test func `empty DATA is counted in a row, whatever the period`() {
        var guarded = AbuseGuard(limits: Self.few)
        #expect(Self.passed(.emptyData, &guarded, of: 2) == nil)
        guarded.periodBegan()
        #expect(guarded.saw(.emptyData) != nil)
    }

    @Test func `a frame of a call ends the row of empty DATA`() {
        var guarded = AbuseGuard(limits: Self.few)
        for _ in 0..<100 {
            #expect(Self.passed(.emptyData, &guarded, of: 2) == nil)
            #expect(guarded.saw(.callFrame) == nil)
        }
    }

    @Test func `frames of calls grant frames of control`() {
        var guarded = AbuseGuard(limits: Self.few)
        for _ in 0..<1_000 {
            #expect(guarded.saw(.callFrame) == nil)
            #expect(Self.passed(.control, &guarded, of: 2) == nil)
        }
    }

    @Test func `what calls have granted is not saved up without end`() {
        var guarded = AbuseGuard(limits: Self.few)
        for _ in 0..<1_000 { _ = guarded.saw(.callFrame) }
        #expect(Self.passed(.control, &guarded) == 2 * Self.few.control)
    }

    @Test func `calls forgive neither SETTINGS nor streams in error`() {
        var guarded = AbuseGuard(limits: Self.few)
        for _ in 0..<3 {
            _ = guarded.saw(.settings)
            _ = guarded.saw(.ownReset)
            _ = guarded.saw(.callFrame)
        }
        #expect(guarded.saw(.settings) != nil)
        #expect(guarded.saw(.ownReset) == nil)
        #expect(guarded.saw(.ownReset) != nil)
    }
}
