internal import ArgumentParser
internal import Client
internal import Messages

struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Run a call and print the whole answer.",
        discussion: exitCodes)

    @OptionGroup var call: CallArguments

    func run() async throws {
        let (request, options, json) = (call.request, call.options, call.json)
        try await call.withClient { client throws(CallError) in
            let answer = try await client.generate(request, options: options)
            Terminal.print(json ? answer.json.text : answer.text)
        }
    }
}

struct StreamCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stream", abstract: "Run a call and print its tokens as they come.",
        discussion: exitCodes)

    @OptionGroup var call: CallArguments

    func run() async throws {
        let (request, options, json) = (call.request, call.options, call.json)
        try await call.withClient { client throws(CallError) in
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
                guard case .text(let text) = event.event else { continue }
                Terminal.write(text)
                isMidLine = true
            }
        } catch {
            // What went wrong begins a line of its own, below what was said until then.
            if isMidLine { Terminal.write("\n") }
            throw error
        }
        Terminal.write("\n")
    }
}

private let exitCodes = """
    Exit codes: 0 done, 1 the call failed and standard error says where, 64 bad arguments, \
    69 no daemon answers, 74 standard input or output failed, 130 Ctrl-C.
    """
