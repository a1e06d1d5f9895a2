internal import ArgumentParser
internal import Client
internal import Messages

struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Run a call and print the whole answer.",
        discussion: exitCodes)

    @Option(help: "A file with a JSON Schema that the answer has to satisfy.")
    var schema: String?

    @OptionGroup var call: CallArguments

    func run() async throws {
        let (options, json) = (call.options, call.daemon.json)
        var request = call.request
        if let schema { request.responseFormat = try SchemaFile.format(schema) }
        try await call.daemon.withClient { [request] client throws(CallError) in
            let answer = try await client.generate(request, options: options)
            Terminal.print(json ? answer.json.text : answer.text)
        }
    }
}

struct StreamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream", abstract: "Run a call and print its tokens as they come.",
        discussion: exitCodes)

    @Flag(help: "Tell the call's place while it waits. On a terminal it is told anyway.")
    var queueEvents = false

    @OptionGroup var call: CallArguments

    func run() async throws {
        let (options, json) = (call.options, call.daemon.json)
        var request = call.request
        request.queueEvents = queueEvents || (Terminal.isWatched && !json)
        try await call.daemon.withClient { [request] client throws(CallError) in
            let events = try await client.stream(request, options: options)
            if json { try await printEvents(events) } else { try await printText(events) }
        }
    }

    private func printEvents(_ events: CallEvents) async throws(CallError) {
        for try await event in events { Terminal.print(event.json.text) }
    }

    private func printText(_ events: CallEvents) async throws(CallError) {
        var isMidLine = false
        do throws(CallError) {
            for try await event in events {
                switch event.event {
                case .text(let text):
                    Terminal.write(text)
                    isMidLine = true
                case .queued(let place): Terminal.complain(words(place))
                default: break
                }
            }
        } catch {
            // What went wrong begins a line of its own, below what was said until then.
            if isMidLine { Terminal.write("\n") }
            throw error
        }
        Terminal.write("\n")
    }
}

/// `waits: next` or `waits: 3 before it, about 4.0 s`.
private func words(_ place: Queued) -> String {
    let ahead = place.position == 0 ? "next" : "\(place.position) before it"
    if place.estimatedWaitMs == 0 { return "waits: \(ahead)" }
    return "waits: \(ahead), about \(Duration.milliseconds(place.estimatedWaitMs).formatted)"
}

private let exitCodes = """
    Exit codes: 0 done, 1 the call failed and standard error says where, 64 bad arguments, \
    69 no daemon answers, 74 standard input or output failed, 130 Ctrl-C.
    """
