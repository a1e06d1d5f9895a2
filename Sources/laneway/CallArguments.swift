internal import ArgumentParser
internal import Client
internal import Foundation
internal import Messages
internal import UnixSignals

/// What `generate` and `stream` share.
struct CallArguments: ParsableArguments {
    @Argument(help: "A tier, provider/model, or a comma-separated chain of them.")
    var model: String

    @Argument(help: "The prompt; - reads it from standard input.")
    var prompt: String

    @Option(help: "The daemon's socket. Default: LANEWAY_SOCKET, else the usual place.")
    var socket: String?

    @Flag(help: "Print JSON, one object a line.")
    var json = false

    @Option(help: "Give up after so many seconds.")
    var timeout: Double?

    @Option(name: .customLong("caller-id"), help: "Who calls, beside the user id.")
    var callerID = ""

    @Option(name: .customLong("run-id"), help: "The run the call belongs to.")
    var runID = ""

    func validate() throws {
        if let timeout, !(timeout > 0 && timeout < 1e9) {
            throw ValidationError("--timeout is \(timeout); it is more than 0, in seconds")
        }
    }

    var request: GenerateRequest {
        GenerateRequest(
            model: model, messages: [.user(prompt == "-" ? Terminal.readAll() : prompt)])
    }

    var options: CallOptions {
        var options = CallOptions()
        options.timeout = timeout.map { .seconds($0) }
        options.callerID = callerID
        options.runID = runID
        return options
    }

    /// Runs `body` with a client; Ctrl-C cancels it. A failure is printed and sets the exit code.
    func withClient(
        _ body: @escaping @Sendable (LanewayClient) async throws(CallError) -> Void
    ) async throws {
        let client = LanewayClient(
            socketPath: socket.map(absolutePath) ?? LanewayClient.usualSocketPath)
        let signals = await UnixSignalsSequence(trapping: .sigint)
        let work = Task { () -> CallError? in
            do throws(CallError) {
                try await body(client)
                return nil
            } catch {
                return error
            }
        }
        let watch = Task {
            for await _ in signals { work.cancel() }
        }
        let failure = await work.value
        watch.cancel()
        await client.close()
        guard let failure else { return }
        Terminal.complain(json ? failure.json.text : FailureReport.text(failure))
        throw ExitCode(work.isCancelled ? 130 : failure.isUnreached ? 69 : 1)
    }
}

/// Sockets have absolute paths; a person may write one from where they stand.
func absolutePath(_ path: String) -> String {
    if path.isEmpty || path.hasPrefix("/") { return path }
    return FileManager.default.currentDirectoryPath + "/" + path
}

extension CallError {
    /// The daemon itself was not reached, or went away.
    fileprivate var isUnreached: Bool { info == nil && code == "UNAVAILABLE" }
}
