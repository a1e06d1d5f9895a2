import Clocks
import Lanes
import Models
import Testing

struct ModelNamesTests {
    private let names = ModelNames(
        tiers: [
            "fast": "openai/gpt-4o-mini, foreman/qwen3:8b:low", "broken": "openai/x,,",
            "nested": "fast",
        ],
        providers: ["foreman", "openai"], limits: CallLimits())

    private func refusal(_ name: String) -> Refusal? {
        do {
            _ = try names.targets(of: name)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a tier stands for its chain`() throws {
        #expect(
            try names.targets(of: "fast").map(\.description) == [
                "openai/gpt-4o-mini", "foreman/qwen3:8b:low",
            ])
    }

    @Test func `an effort asked of a tier yields to a target's own`() throws {
        #expect(try names.targets(of: "fast:high").map(\.effort) == [.high, .low])
    }

    @Test func `a target and a chain are read as written`() throws {
        #expect(try names.targets(of: "a/b:high").map(\.description) == ["a/b:high"])
        #expect(try names.targets(of: "a/b , c/d/e:8b").map(\.description) == ["a/b", "c/d/e:8b"])
    }

    @Test func `what stands for nothing is told with what there is`() {
        let refusal = refusal("slow")
        #expect(refusal?.reason == .unknownModel)
        #expect(
            refusal?.message
                == "no tier slow; tiers: broken, fast, nested; providers: foreman, openai")
    }

    @Test(arguments: [
        ("", "model is empty"), ("a/b,,c/d", "has an empty place"), ("a/b,a/b", "twice"),
        ("a/b,fast", "has the tier `fast` in a chain"), ("/b", "is not provider/model"),
        ("broken", "has an empty place"), ("nested", "has the tier `fast`"),
    ])
    func `what cannot be read is refused with what is wrong`(name: String, wrong: String) {
        #expect(refusal(name)?.reason == .badRequest)
        #expect(refusal(name)?.message.contains(wrong) == true)
    }

    @Test func `a chain has at most sixteen targets`() throws {
        let chain = (0..<17).map { "a/m\($0)" }
        #expect(try names.targets(of: chain.dropLast().joined(separator: ",")).count == 16)
        let message = refusal(chain.joined(separator: ","))?.message
        #expect(
            message?.contains("17 targets; the limit is 16") == true)
    }

    @Test func `a name from outside is of bounded length, and so is what is said of it`() {
        #expect(refusal(String(repeating: "x", count: 2049))?.reason == .badRequest)
        let long = refusal(String(repeating: "x", count: 2048))
        #expect(long?.reason == .unknownModel)
        #expect((long?.message.utf8.count ?? .max) < 400)
    }
}

struct ModelCatalogTests {
    @Test func `a name resolves to the same models every time, each in its lane`() throws {
        let bench = Bench([ScriptedModel("a/m"), ScriptedModel("b/m")], tiers: ["t": "a/m, b/m"])
        let catalog = bench.dispatcher.catalog
        let once = try catalog.chain(of: "t").links
        let again = try catalog.chain(of: "t").links
        #expect(once.map { ObjectIdentifier($0.model) } == again.map { ObjectIdentifier($0.model) })
        #expect(try catalog.resolve("t", at: .now).map(\.laneName) == ["a", "b"])
        #expect(catalog.tierNames == ["t"])
        #expect(catalog.providerNames == ["a", "b"])
    }

    @Test func `a provider or a model that is not there is named`() async {
        let bench = Bench([ScriptedModel("a/m")])
        let noProvider = await bench.generated(bench.call("z/m")).failure
        #expect(noProvider?.reason == .unknownModel)
        #expect(noProvider?.code == .notFound)
        #expect(
            noProvider?.message
                == "no provider z (asked for: z/m); tiers: none; providers: a")
        let noModel = await bench.generated(bench.call("a/n")).failure
        #expect(noModel?.reason == .unknownModel)
        #expect(noModel?.message == "a/n is unknown: provider a has no such model")
    }

    @Test func `names beyond the bound are forgotten and found again`() throws {
        let bench = Bench([ScriptedModel("a/m")])
        let catalog = bench.dispatcher.catalog
        for round in 0..<1600 {
            let before = String(repeating: " ", count: round % 40)
            let after = String(repeating: " ", count: round / 40)
            #expect(try catalog.chain(of: before + "a/m" + after).links.count == 1)
        }
        #expect(catalog.namesKept <= 1024)
    }

    @Test func `what is wrong with the tiers is listed`() {
        let bench = Bench(
            [ScriptedModel("a/m")], tiers: ["good": "a/m", "bad": "z/m", "empty": ""])
        let problems = bench.dispatcher.catalog.problems()
        #expect(problems.count == 2)
        #expect(problems.first?.hasPrefix("model.tier.bad: no provider z") == true)
    }
}
