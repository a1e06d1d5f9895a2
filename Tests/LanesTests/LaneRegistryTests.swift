import Clocks
import Testing

@testable import Lanes

struct LaneRegistryTests {
    let time = HandWoundTime()

    private func registry(_ rules: [LaneRule], queueing: Bool = true) -> LaneRegistry {
        LaneRegistry(
            rules: rules, defaults: LaneSettings(concurrency: 3), queueing: queueing, time: time,
            logger: LogBook().logger)
    }

    private func rule(_ name: String, _ patterns: String..., concurrency: Int = 1) -> LaneRule {
        LaneRule(
            name: name, patterns: patterns, settings: LaneSettings(concurrency: concurrency))
    }

    @Test func `a target belongs to the lane of the first rule that matches it`() {
        let registry = registry([rule("big", "foreman/*70b*"), rule("gpu", "foreman/*", "x/y")])
        #expect(registry.lane(provider: "foreman", model: "llama-70b-q4")?.name == "big")
        #expect(registry.lane(provider: "foreman", model: "qwen3:8b")?.name == "gpu")
        #expect(registry.lane(provider: "x", model: "y")?.name == "gpu")
        #expect(registry.lanes.map(\.name) == ["big", "gpu"])
    }

    @Test func `targets of one lane share the very same lane`() {
        let registry = registry([rule("gpu", "a/*", "b/*")])
        let one = registry.lane(provider: "a", model: "m")
        #expect(one != nil)
        #expect(registry.lane(provider: "b", model: "n") === one)
        #expect(registry.lane(provider: "a", model: "m") === one)
    }

    @Test func `a target no rule matches gets a lane named after its provider`() {
        let registry = registry([rule("gpu", "foreman/*"), rule("openai", concurrency: 9)])
        let plain = registry.lane(provider: "anthropic", model: "claude")
        #expect(plain?.name == "anthropic")
        #expect(plain?.settings.concurrency == 3)
        #expect(registry.lane(provider: "openai", model: "gpt-4o")?.settings.concurrency == 9)
    }

    @Test func `with queueing off there are no lanes`() {
        let registry = registry([rule("gpu", "*")], queueing: false)
        #expect(registry.lane(provider: "a", model: "b") == nil)
        #expect(registry.lanes.isEmpty)
    }

    @Test func `draining holds for lanes made afterwards`() async throws {
        let registry = registry([])
        let before = try #require(registry.lane(provider: "a", model: "m"))
        registry.drain()
        let after = try #require(registry.lane(provider: "b", model: "m"))
        for lane in [before, after] {
            await #expect(throws: LaneRefusal.shuttingDown) {
                let slot = try await lane.slot(for: .of("caller"))
                slot.release()
            }
        }
    }

    @Test func `models made up by clients do not grow the registry without bound`() {
        let registry = registry([])
        for number in 0..<10_000 { _ = registry.lane(provider: "a", model: "made up \(number)") }
        #expect(registry.lanes.count == 1)
        #expect(registry.resolvedCount <= 4_096)
    }

    @Test(arguments: [
        ("*", "", true), ("*", "a/b", true), ("a/*", "a/b/c", true), ("a/*", "ab/c", false),
        ("a/b", "a/b", true), ("a/b", "a/bc", false), ("*b", "a/b", true), ("*b", "a/bc", false),
        ("a*c*e", "abcde", true), ("a*c*e", "abcd", false), ("a**c", "abbc", true),
        ("", "", true), ("", "a", false), ("*aab", "aaaaab", true),
    ])
    func `a star stands for any run of characters`(pattern: String, text: String, matches: Bool) {
        #expect(Glob(pattern).matches(text) == matches)
    }
}
