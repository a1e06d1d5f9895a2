import Clocks
import Lanes
import Synchronization
import Testing

@testable import Models

struct TierBookTests {
    /// A source whose values a test changes, and which counts how often it is read.
    private final class Source: ConfigSource {
        let stored = Mutex<[String: String]>([:])
        let readings = Counter()

        init(_ tiers: [String: String]) { stored.withLock { $0 = tiers } }

        func values(under prefix: String) -> [String: String] {
            readings.bump()
            return prefix == "model.tier." ? stored.withLock { $0 } : [:]
        }
    }

    @Test func `the source wins over what the host supplies`() {
        let source = Source(["fast": "a/m"])
        let book = TierBook(source, fallbacks: ["fast": "b/m", "deep": "c/m"])
        #expect(book.current.tiers == ["fast": "a/m", "deep": "c/m"])
    }

    @Test func `a source is read again when its time to live is over, and not before`() {
        let time = HandWoundTime()
        let source = Source(["fast": "a/m"])
        let book = TierBook(source, timeToLive: .seconds(30), time: time)
        let first = book.current.number
        source.stored.withLock { $0 = ["fast": "b/m"] }
        time.advance(by: .milliseconds(29_999))
        #expect(book.current.tiers == ["fast": "a/m"])
        #expect(source.readings.count == 1)
        time.advance(by: .milliseconds(1))
        #expect(book.current.tiers == ["fast": "b/m"])
        #expect(book.current.number == first + 1)
        time.advance(by: .seconds(30))
        #expect(book.current.number == first + 1, "nothing has changed")
        #expect(source.readings.count == 3)
    }

    @Test func `calls follow a tier that changes`() throws {
        let time = HandWoundTime()
        let source = Source(["fast": "a/m"])
        let models = [ScriptedModel("a/m"), ScriptedModel("b/m")]
        let catalog = ModelCatalog(
            providers: models.map {
                ScriptedProvider(name: $0.target.provider, models: ["m": $0])
            }, tiers: TierBook(source, time: time), lanes: nil)
        #expect(try catalog.chain(of: "fast").links.map(\.model.target.description) == ["a/m"])
        source.stored.withLock { $0 = ["fast": "b/m, a/m"] }
        time.advance(by: .seconds(31))
        #expect(
            try catalog.chain(of: "fast").links.map(\.model.target.description) == ["b/m", "a/m"])
        source.stored.withLock { $0 = [:] }
        time.advance(by: .seconds(31))
        #expect(throws: Refusal.self) { try catalog.chain(of: "fast") }
    }

    @Test func `what is known of a target's health outlives a change of the tiers`() throws {
        let time = HandWoundTime()
        let source = Source(["fast": "a/m"])
        let catalog = ModelCatalog(
            providers: [ScriptedProvider(name: "a", models: ["m": ScriptedModel("a/m")])],
            tiers: TierBook(source, time: time), lanes: nil)
        let gate = try catalog.chain(of: "fast").links[0].gate
        source.stored.withLock { $0 = ["fast": "a/m:high"] }
        time.advance(by: .seconds(31))
        #expect(try catalog.chain(of: "fast").links[0].gate === gate)
    }
}
