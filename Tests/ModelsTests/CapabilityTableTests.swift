import Models
import Testing

struct CapabilityTableTests {
    private func can(
        _ name: String, _ rules: [(target: String, rule: CapabilityRule)] = []
    ) -> Capabilities {
        CapabilityTable(rules).capabilities(of: ScriptedModel(name))
    }

    @Test(arguments: [
        ("openai/gpt-4o-mini", 128_000, true, false), ("openai/gpt-5", 400_000, true, true),
        ("openrouter/anthropic/claude-sonnet-4-5", 200_000, true, true),
        ("groq/deepseek-chat", 131_072, false, false),
        ("openai/gpt-4", 8_192, false, false), ("openai/gpt-4.1-nano", 1_047_576, true, false),
    ])
    func `well-known names are known, whoever serves them`(
        name: String, window: Int, images: Bool, reasoning: Bool
    ) {
        let can = can(name)
        #expect(can.contextWindowTokens == window)
        #expect((can.images, can.reasoning) == (images, reasoning))
        #expect(can.tools)
    }

    @Test func `a model nobody says anything of can do everything`() {
        #expect(can("gpu/qwen3:8b") == Capabilities())
        #expect(can("gpu/qwen3:8b").contextWindowTokens == nil)
    }

    @Test func `the configuration wins, and in it what comes later`() {
        let can = can(
            "openai/gpt-4o",
            [
                ("openai/*", CapabilityRule(contextWindowTokens: 10, tools: false)),
                ("openai/gpt-*", CapabilityRule(contextWindowTokens: 20)),
                ("other/*", CapabilityRule(contextWindowTokens: 30)),
            ])
        #expect(can.contextWindowTokens == 20)
        #expect(!can.tools)
        #expect(can.images)
    }
}
