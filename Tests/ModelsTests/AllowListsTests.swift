import Lanes
import Models
import Testing

struct AllowListsTests {
    private let fast = [Target(provider: "a", model: "m"), Target(provider: "b", model: "m")]

    private func allows(
        _ lists: [CallerMatch: AllowLists.Allowed], _ target: String, uid: UInt32 = 1,
        caller: String = "bot"
    ) throws -> Bool {
        let target = try #require(Target(target))
        return AllowLists(lists).allow(target, for: CallerKey(uid: uid, callerID: caller)) {
            $0 == "fast" ? fast : []
        }
    }

    @Test func `without a list everything is allowed`() throws {
        #expect(try allows([:], "a/m"))
        #expect(try allows([CallerMatch(uid: 2): .init()], "a/m"))
    }

    @Test(arguments: [
        ("a/m", true), ("b/m", true), ("a/m:high", true), ("a/other", false), ("c/m", false),
    ])
    func `a tier allows the targets it stands for, at any effort`(
        target: String, isAllowed: Bool
    ) throws {
        #expect(try allows([CallerMatch(uid: 1): .init(tiers: ["fast"])], target) == isAllowed)
    }

    @Test func `with tiers and patterns, what either allows is allowed`() throws {
        let lists = [CallerMatch(uid: 1): AllowLists.Allowed(tiers: ["fast"], targets: ["c/*"])]
        #expect(try allows(lists, "a/m"))
        #expect(try allows(lists, "c/any"))
        #expect(try !allows(lists, "d/m"))
    }

    @Test func `an empty list allows nothing, and a tier that is gone neither`() throws {
        #expect(try !allows([CallerMatch(uid: 1): .init()], "a/m"))
        #expect(try !allows([CallerMatch(uid: 1): .init(tiers: ["gone"])], "a/m"))
    }

    @Test func `a name of one's own choice narrows what the uid may use, and never widens it`()
        throws
    {
        let lists = [
            CallerMatch(uid: 1): AllowLists.Allowed(targets: ["a/*", "b/*"]),
            CallerMatch(callerID: "bot"): AllowLists.Allowed(targets: ["b/*", "c/*"]),
        ]
        #expect(try !allows(lists, "a/m"))
        #expect(try allows(lists, "b/m"))
        #expect(try !allows(lists, "c/m"))
        #expect(try allows(lists, "a/m", caller: "other"))
        #expect(try allows(lists, "c/m", uid: 2))
    }

    @Test func `an entry for uid and name decides alone`() throws {
        let lists = [
            CallerMatch(uid: 1): AllowLists.Allowed(targets: ["a/*"]),
            CallerMatch(uid: 1, callerID: "bot"): AllowLists.Allowed(targets: ["c/*"]),
        ]
        #expect(try allows(lists, "c/m"))
        #expect(try !allows(lists, "a/m"))
    }
}
