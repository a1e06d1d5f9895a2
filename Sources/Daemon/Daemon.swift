internal import AsyncHTTPClient
internal import Clocks
internal import Lanes
internal import Ledger
package import Logging
internal import Messages
internal import Models
internal import NIOCore
internal import NIOPosix
internal import Providers
internal import RPC
internal import Telemetry
internal import Transport

/// The whole daemon, put together from its configuration. Start it, wait for a reason to stop,
/// stop it.
package final class Daemon: Sendable {
    private let configuration: Configuration
    private let logger: Logger
    private let group: MultiThreadedEventLoopGroup
    private let upstream: HTTPClient
    private let lanes: LaneRegistry
    private let catalog: ModelCatalog
    private let detached: DetachedRuns
    private let time: WheelTime
    private let calls: RunningCalls
    private let failoverLog: FailoverLog
    /// nil where nothing is recorded.
    private let ledger: Ledger?
    /// nil where nothing is told.
    private let telemetry: Telemetry?
    private let health = HealthBook()
    private let server: SocketServer

    /// - Throws: `ProviderSettingsError`, which names the provider, the value and what to write.
    package init(_ configuration: Configuration, logger: Logger) throws {
        self.configuration = configuration
        self.logger = logger
        group = MultiThreadedEventLoopGroup(numberOfThreads: configuration.threads)
        let time = LoopTime.start(on: group.next())
        self.time = time
        calls = RunningCalls(perUIDMax: configuration.limits.callsPerUIDMax)
        MemoryReturn(calls, time: time).start()
        let upstream = makeUpstreamClient(on: group)
        self.upstream = upstream
        lanes = LaneRegistry(
            rules: configuration.laneRules, defaults: configuration.laneDefaults,
            queueing: configuration.queueing, time: time, logger: logger)
        detached = DetachedRuns(logger: logger)
        let providers = try configuration.providers.map {
            try makeProvider($0, client: upstream, time: time, logger: logger)
        }
        let limits = CallLimits(configuration.limits)
        telemetry = configuration.makeTelemetry(
            client: upstream, time: time, lanes: lanes, logger: logger)
        failoverLog = FailoverLog(file: configuration.failoverLog, logger: logger)
        catalog = ModelCatalog(
            providers: providers, tiers: configuration.tierBook(time: time),
            policyTiers: configuration.policyTiers, lanes: lanes, limits: limits,
            detached: detached, capabilities: configuration.capabilityTable,
            schemas: SchemaBook(ValijsonCompiler()))
        let dispatcher = Dispatcher(
            catalog: catalog, allowed: configuration.allowLists, limits: limits,
            observers: [failoverLog] + (telemetry.map { [$0] } ?? []), logger: logger)
        ledger = configuration.openLedger(logger)
        let callIDs = CallIDs()
        let service = LanewayService(
            dispatcher: dispatcher, calls: calls, time: time, callIDs: callIDs,
            ceilings: configuration.ceilings,
            persistPrompts: configuration.persistPrompts, usage: ledger, traces: telemetry)
        let laneAdmin = LaneAdminService(
            lanes: lanes, time: time, callIDs: callIDs, adminUIDs: configuration.adminUIDs,
            logger: logger)
        let models = ModelsService(dispatcher: dispatcher, time: time, callIDs: callIDs)
        let reflection = ReflectionService(
            index: ReflectionIndex(DescribedFile.all), book: health, callIDs: callIDs)
        let healthService = HealthService(
            book: health, services: reflection.index.services, callIDs: callIDs)
        server = SocketServer(
            group: group,
            router: Router(
                service.methods + laneAdmin.methods + models.methods + healthService.methods
                    + reflection.methods),
            settings: ServerSettings(configuration, callIDs),
            limits: SocketLimits(
                connectionsMax: configuration.limits.connectionsMax,
                connectionsPerUIDMax: configuration.limits.connectionsPerUIDMax),
            time: time, logger: logger)
    }

    /// Starts to accept on a listening Unix socket.
    package func serve(descriptor: CInt) async throws {
        telemetry?.start()
        try await server.serve(descriptor: descriptor)
    }

    /// Stops in good order: new calls are refused, waiting ones are sent away, running ones may
    /// end within the drain timeout, what is left then is interrupted.
    ///
    /// - Parameter hasSuccessor: another process serves the clients' next connections, so they are
    ///   sent there instead of being refused.
    package func stop(hasSuccessor: Bool = false) async {
        logger.info("daemon stopping", metadata: ["running_calls": "\(calls.count)"])
        let deadline = ContinuousClock.now + configuration.limits.drainTimeout
        health.advance(to: .draining)
        if hasSuccessor { await sendClientsOn() }
        calls.drain()
        lanes.drain()
        catalog.drain()
        let impatience = Task {
            try await Task.sleep(until: deadline)
            interruptAll()
        }
        await calls.drained()
        await detached.drained()
        impatience.cancel()
        await close(by: deadline)
        logger.info("daemon stopped")
    }

    /// Until each client knows, or has had the time to, its calls are served: it would send those
    /// refused here to the successor anyhow, only later.
    private func sendClientsOn() async {
        await server.stopAccepting()
        server.drain()
        let known = ContinuousClock.now + ConnectionLimits().goAwayTimeout
        await connectionsClosed(by: known)
    }

    private func connectionsClosed(by deadline: ContinuousClock.Instant) async {
        while server.connectionCount > 0, .now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    private func interruptAll() {
        logger.warning(
            "drain timeout reached, calls interrupted",
            metadata: ["running_calls": "\(calls.count)", "detached": "\(detached.count)"])
        calls.interruptAll()
        detached.stopAll()
    }

    /// Calls that have ended may not be over for their clients: a window or a slow reader can still
    /// hold back what was answered. A drained connection closes by itself when all of it is out.
    private func close(by deadline: ContinuousClock.Instant) async {
        health.advance(to: .ended)
        server.drain()
        // Calls that were interrupted at the deadline have their status still to send.
        let deadline = max(deadline, .now + .milliseconds(100))
        await connectionsClosed(by: deadline)
        await server.close()
        await telemetry?.close()
        try? await upstream.shutdown()
        await failoverLog.close()
        await ledger?.close()
        try? await group.shutdownGracefully()
        time.end()
    }
}

extension CallLimits {
    init(_ limits: Configuration.Limits) {
        self.init()
        executionTimeout = limits.executionTimeout
        executionTimeoutSlow = limits.executionTimeoutSlow
        firstChunkTimeout = limits.firstChunkTimeout
        firstChunkTimeoutSlow = limits.firstChunkTimeoutSlow
        idleTimeout = limits.idleTimeout
        idleTimeoutSlow = limits.idleTimeoutSlow
        correctiveTurns = limits.correctiveTurns
    }
}

extension ServerSettings {
    init(_ configuration: Configuration, _ callIDs: CallIDs) {
        self.init()
        let limits = configuration.limits
        messageBytesMax = limits.messageBytesMax
        metadataBytesMax = limits.metadataBytesMax
        slowConsumerTimeout = limits.slowConsumerTimeout
        connection.idle = limits.connectionIdleTimeout
        connection.age = limits.connectionAge
        connection.ageGrace = limits.connectionAgeGrace
        if let peers = configuration.socket.peers {
            refusal = { peer in peers.refusal(of: peer, callID: callIDs.next) }
        }
        annotate = { failure, context in failure.attributed(to: context, callID: callIDs.next) }
    }
}

extension Configuration {
    /// For the log and `laneway check`: what is configured, in a line.
    package var summary: String {
        let names = providers.map(\.name).joined(separator: ", ")
        return "providers \(names); \(laneRules.count) lanes; \(tiers.count) tiers"
    }

    /// nil where none is configured, and where it cannot be used: calls matter more than their account.
    fileprivate func openLedger(_ logger: Logger) -> Ledger? {
        guard let ledger else { return nil }
        do {
            return try Ledger(
                path: ledger.path, prices: PriceList(prices.map { ($0.pattern, $0.price) }),
                keepFor: ledger.keepFor, logger: logger)
        } catch {
            logger.error("no ledger", metadata: ["reason": "\(error)"])
            return nil
        }
    }

    /// nil where none is configured.
    fileprivate func makeTelemetry(
        client: HTTPClient, time: any TimeSource, lanes: LaneRegistry, logger: Logger
    ) -> Telemetry? {
        guard var settings = telemetry else { return nil }
        for provider in providers { settings.providers[provider.name] = provider.identity }
        return Telemetry(
            settings, client: client, time: time, lanes: { lanes.lanes.map { $0.snapshot() } },
            logger: logger)
    }

    fileprivate func tierBook(time: any TimeSource) -> TierBook {
        var values: [String: String] = [:]
        for (name, chain) in tiers {
            values[TierBook.keyPrefix + name] = chain.map(\.description).joined(separator: ", ")
        }
        return TierBook(FixedSource(values), time: time)
    }

    fileprivate var capabilityTable: CapabilityTable {
        CapabilityTable(capabilities.map { ($0.pattern, $0.rule) })
    }

    fileprivate var allowLists: AllowLists {
        AllowLists(allowed.mapValues { .init(tiers: $0.tiers, targets: $0.targets) })
    }
}
