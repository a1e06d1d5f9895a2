internal import Glibc
internal import Logging
internal import Transport
internal import UnixSignals

/// The life of the process behind `laneway serve`: from the configuration to the exit.
package enum Serve {
    /// Serves until SIGTERM or SIGINT, then stops in good order. A second signal ends it at once.
    ///
    /// - Parameters:
    ///   - configFile: nil for the defaults.
    ///   - socketPath: wins over the configuration's.
    /// - Throws: `ConfigurationErrors`, `ProviderSettingsError` or `SocketError`: each says what to
    ///   do about it.
    package static func run(
        configFile: String?, socketPath: String?, environment: [String: String]
    ) async throws {
        var configuration = try Configuration.load(path: configFile, environment: environment)
        if let socketPath { configuration.socket.path = try UnixSocketPath(socketPath) }
        let logger = makeLogger(configuration.logLevel)
        // A client that leaves while we write is told by EPIPE, not by a signal that kills us.
        signal(SIGPIPE, SIG_IGN)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let listener = try Listener(configuration.socket, environment: environment)
        defer { listener.close() }
        let daemon = try Daemon(configuration, logger: logger)
        try await daemon.serve(descriptor: listener.descriptor)
        let manager = try ServiceManager(environment: environment, pid: getpid())
        try manager?.ready(status: "Serving on \(listener.place)")
        logger.info(
            "daemon started",
            metadata: [
                "socket": "\(listener.place)",
                "configuration": "\(configuration.summary)",
            ])
        await waitForSignals(signals) {
            try? manager?.stopping(status: "Running calls end")
            await daemon.stop()
        }
    }

    /// Returns when `stop` has returned after the first signal; the second one ends the process.
    ///
    /// One reader has all signals: with a second reader from the first signal on, one that came
    /// between the two would be lost.
    private static func waitForSignals(
        _ signals: UnixSignalsSequence, _ stop: () async -> Void
    ) async {
        let (asked, ask) = AsyncStream.makeStream(of: Void.self)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var isStopping = false
                for await signal in signals {
                    if isStopping { exit(128 + signal.rawValue) }
                    isStopping = true
                    ask.yield()
                }
            }
            for await _ in asked { break }
            await stop()
            group.cancelAll()
        }
    }

    private static func makeLogger(_ level: Configuration.LogLevel) -> Logger {
        var logger = Logger(label: "laneway") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: level.rawValue) ?? .info
        return logger
    }
}

/// The listening socket: the service manager's where it gave one, else our own.
private struct Listener {
    let descriptor: CInt
    /// For people: the path, or who gave the socket.
    let place: String
    private let owner: SocketOwner?

    init(_ socket: Configuration.Socket, environment: [String: String]) throws(SocketError) {
        let inherited = try SocketActivation.inherited(environment: environment, pid: getpid())
        if let first = inherited.first {
            descriptor = first.descriptor
            place = "the service manager's socket \(first.name)"
            owner = nil
            return
        }
        let owner = try SocketOwner.claim(socket.path, access: socket.access)
        guard let descriptor = owner.takeDescriptor() else {
            throw SocketError(.system, "the socket at \(socket.path) was taken twice")
        }
        self.descriptor = descriptor
        self.owner = owner
        place = socket.path.description
    }

    func close() { owner?.close() }
}
