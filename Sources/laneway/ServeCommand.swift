internal import ArgumentParser
internal import Daemon
internal import Foundation

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the daemon until SIGTERM or Ctrl-C.")

    @Option(help: "The configuration, in YAML. Without one, builtin/echo is served.")
    var config: String?

    @Option(help: "Where to listen; wins over the configuration.")
    var socket: String?

    @Flag(help: "Take the socket over from the daemon that serves it; no client is refused.")
    var takeOver = false

    func run() async throws {
        try await orSay {
            try await Serve.run(
                configFile: config, socketPath: socket.map(absolutePath), takingOver: takeOver,
                environment: ProcessInfo.processInfo.environment)
        }
    }
}

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration and say everything wrong with it.")

    @Argument(help: "The configuration, in YAML.")
    var file: String

    func run() async throws {
        try await orSay {
            let configuration = try Configuration.load(
                path: file, environment: ProcessInfo.processInfo.environment)
            Terminal.print("\(file) is good: \(configuration.summary)")
        }
    }
}

/// Runs `body`; what it throws is said on standard error, and the process exits with 1.
func orSay(_ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch {
        Terminal.complain("\(error)")
        throw ExitCode.failure
    }
}
