internal import ArgumentParser
internal import Client
internal import LaneViews
internal import Messages

struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List the tiers, and the targets they hold.")

    @OptionGroup var daemon: DaemonArguments

    func run() async throws {
        let json = daemon.json
        try await daemon.withClient { client throws(CallError) in
            let models = try await client.models()
            if json {
                for model in models { Terminal.print(model.json.text) }
            } else {
                for line in ModelTable.lines(models) { Terminal.print(line) }
            }
        }
    }
}

struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Show what a name stands for, and how healthy its targets are.")

    @Argument(help: "A tier, a target or a chain: fast, fast:high, openai/gpt-4o.")
    var model: String

    @OptionGroup var daemon: DaemonArguments

    func run() async throws {
        let (model, json) = (model, daemon.json)
        try await daemon.withClient { client throws(CallError) in
            let targets = try await client.resolve(model)
            if json {
                for target in targets { Terminal.print(target.json.text) }
            } else {
                for line in ModelTable.lines(targets) { Terminal.print(line) }
            }
        }
    }
}

extension ModelEntry {
    fileprivate var json: JSON {
        .object([
            "name": .text(name), "targets": .list(targets.map { .text($0) }), "tier": .flag(tier),
        ])
    }
}

extension ResolvedTarget {
    fileprivate var json: JSON {
        let can = capabilities ?? Capabilities()
        return .object([
            "target": .text(target), "provider": .text(provider), "model": .text(model),
            "effort": .text(effort), "lane": .text(lane), "cooling_ms": .number(coolingMs),
            "capabilities": .object([
                "context_window_tokens": .number(can.contextWindowTokens),
                "tools": .flag(can.tools), "images": .flag(can.images),
                "json_schema": .flag(can.jsonSchema), "reasoning": .flag(can.reasoning),
            ]),
        ])
    }
}
