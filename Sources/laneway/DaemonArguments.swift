internal import ArgumentParser
internal import Client
internal import Foundation
internal import UnixSignals

/// What all commands share that talk to a daemon.
struct DaemonArguments: ParsableArguments {
    @Option(help: "The daemon's socket. Default: LANEWAY_SOCKET, else the usual place.")
    var socket: String?

    @Flag(help: "Print JSON, one object a line.")
    var json = false

    func makeClient() -> LanewayClient {
        LanewayClient(socketPath: socket.map(absolutePath) ?? LanewayClient.usualSocketPath)
    }

    /// Runs `body` with a client; Ctrl-C cancels it. A failure is printed and sets the exit code.
    func withClient(
        _ body: @escaping @Sendable (LanewayClient) async throws(CallError) -> Void
    ) async throws {
        let client = makeClient()
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
        let code = complain(of: failure)
        throw work.isCancelled ? .interrupted : code
    }

    /// Prints a failure.
    ///
    /// - Returns: the exit code for it.
    func complain(of failure: CallError) -> ExitCode {
        Terminal.complain(json ? failure.json.text : FailureReport.text(failure))
        return failure.isUnreached ? ExitCode(69) : .failure
    }
}

extension ExitCode {
    /// Ctrl-C, as shells tell it.
    static let interrupted = ExitCode(130)
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
