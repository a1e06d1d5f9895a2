import Testing

@testable import Models

struct ChainPolicyTests {
    @Test func `an answer that broke off is not called a refusal`() {
        var policy = ChainPolicy()
        let target = Target(provider: "p", model: "m")
        let step = policy.next(
            after: ProviderFailure(.interrupted, "p broke off its answer after 12 bytes"),
            on: target, window: nil)
        #expect(step == .fail)
        let end = policy.end(model: "fast")
        #expect(end.reason == .streamInterrupted)
        #expect(
            end.message
                == "upstream broke off its answer: p/m: p broke off its answer after 12 bytes")
    }
}
