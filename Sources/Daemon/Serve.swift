internal import Glibc
internal import Logging
internal import Transport
internal import UnixSignals

/// The life of the process behind `laneway serve`: from the configuration to the exit.
package enum Serve {
    /// Serves until SIGTERM or SIGINT, then stops in good order. A second signal ends it at once.
    /// SIGUSR2 lets another daemon take the path over.
    ///
    /// - Parameters:
    ///   - configFile: nil for the defaults.
    ///   - socketPath: wins over the configuration's.
    ///   - takingOver: from the daemon that serves the path, if one does.
    /// - Throws: `ConfigurationErrors`, `ProviderSettingsError` or `SocketError`: each says what to
    ///   do about it.
    package static func run(
        configFile: String?, socketPath: String?, takingOver: Bool = false,
        environment: [String: String]
    ) async throws {
        var configuration = try Configuration.load(path: configFile, environment: environment)
        if let socketPath { configuration.socket.path = try UnixSocketPath(socketPath) }
        let logger = makeLogger(configuration.logLevel)
        // A client that leaves while we write is told by EPIPE, not by a signal that kills us.
        signal(SIGPIPE, SIG_IGN)
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sigusr2)
        // What cannot be served must not cost the daemon that serves.
        let early = try takingOver ? Daemon(configuration, logger: logger) : nil
        let listener: Listener
        do {
            listener = try await Listener(
                configuration.socket, takingOver: takingOver, environment: environment)
        } catch {
            await early?.stop()
            throw error
        }
        defer { listener.close() }
        let daemon = try early ?? Daemon(configuration, logger: logger)
        try await daemon.serve(descriptor: listener.descriptor)
        let manager = try ServiceManager(environment: environment, pid: getpid())
        try manager?.ready(status: "Serving on \(listener.place)")
        logger.info(
            "daemon started",
            metadata: [
                "socket": "\(listener.place)",
                "configuration": "\(configuration.summary)",
            ])
        await waitForSignals(signals, listener, logger) { hasSuccessor in
            try? manager?.stopping(status: "Running calls end")
            await daemon.stop(hasSuccessor: hasSuccessor)
        }
    }

    private static func makeLogger(_ level: Configuration.LogLevel) -> Logger {
        var logger = Logger(label: "laneway") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = Logger.Level(rawValue: level.rawValue) ?? .info
        return logger
    }
}
