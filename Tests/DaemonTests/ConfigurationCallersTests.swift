import Daemon
import Lanes
import Testing

@Suite struct ConfigurationCallersTests {
    private func complaints(_ callers: String) -> [String] {
        ConfigurationFixture().complaints("callers:\n" + callers)
    }

    @Test func `what is said of a caller holds in every lane, whatever the order of the file`()
        throws
    {
        let configuration = try ConfigurationFixture().load(
            """
            lanes: { builtin: { concurrency: 2 }, other: { match: ["builtin/x"] } }
            callers:
              - { match: { uid: 1001 }, weight: 2.5 }
              - { match: { uid: 1001, caller_id: bot }, weight: 0.5, max_priority: batch }
              - { match: { caller_id: cron }, max_priority: default }
            """)
        let weights = [
            CallerMatch(uid: 1001): 2.5, CallerMatch(uid: 1001, callerID: "bot"): 0.5,
        ]
        #expect(configuration.laneDefaults.weights == weights)
        #expect(configuration.laneRules.map(\.settings.weights) == [weights, weights])
        #expect(
            configuration.ceilings
                == PriorityCeilings([
                    CallerMatch(uid: 1001, callerID: "bot"): .batch,
                    CallerMatch(callerID: "cron"): .normal,
                ]))
    }

    @Test func `the daemon's own user and root may change lanes unless others are named`() throws {
        let fixture = ConfigurationFixture(uid: 990)
        #expect(try fixture.load("threads: 1").adminUIDs == [990, 0])
        #expect(try fixture.load(nil).adminUIDs == [990, 0])
        #expect(try fixture.load("admin: { uids: [5, 6] }").adminUIDs == [5, 6])
        #expect(try fixture.load("admin: { uids: [] }").adminUIDs == [])
    }

    @Test func `the cost of a lane is read under its name`() throws {
        let configuration = try ConfigurationFixture().load(
            "lane_defaults: { cost: tokens }\nlanes: { builtin: { cost: requests } }")
        #expect(configuration.laneDefaults.cost == .tokens)
        #expect(configuration.laneRules[0].settings.cost == .requests)
    }

    @Test func `an entry that says nothing or names nobody is refused`() {
        #expect(
            complaints("  - { match: { uid: 1 } }") == [
                "laneway.yaml:2:5: callers[0] says nothing of the caller; "
                    + "give it a weight, a max_priority, tiers or targets"
            ])
        #expect(
            complaints("  - { weight: 2 }") == [
                "laneway.yaml:2:5: callers[0] has no match; "
                    + "name the caller, such as match: { uid: 1001 }"
            ])
        #expect(
            complaints("  - { match: {}, weight: 2 }") == [
                "laneway.yaml:2:14: callers[0].match names nobody; "
                    + "give it a uid, a caller_id or both"
            ])
    }

    @Test func `two entries about one caller are refused`() {
        #expect(
            complaints(
                """
                  - { match: { uid: 1, caller_id: a }, weight: 2 }
                  - { match: { uid: 1 }, weight: 2 }
                  - { match: { caller_id: a, uid: 1 }, max_priority: batch }
                """) == [
                    "laneway.yaml:4:5: callers[2] is about the same caller as the entry on "
                        + "line 2; write one for both"
                ])
    }

    @Test func `values out of range are refused with the range`() {
        #expect(
            complaints("  - { match: { uid: 4294967295 }, weight: 2 }") == [
                "laneway.yaml:2:21: callers[0].match.uid is 4294967295; it takes 0 to 4294967294"
            ])
        #expect(
            complaints("  - { match: { uid: 1 }, weight: 0 }") == [
                "laneway.yaml:2:34: callers[0].weight is 0; it takes 0.001 to 1000.0"
            ])
        #expect(
            complaints("  - { match: { uid: 1 }, max_priority: urgent }") == [
                "laneway.yaml:2:40: callers[0].max_priority is \"urgent\"; it takes system, "
                    + "interactive, default, batch"
            ])
        #expect(
            ConfigurationFixture().complaints("admin: { uids: [root] }") == [
                "laneway.yaml:1:17: admin.uids is \"root\"; write a whole number such as 0"
            ])
    }
}
