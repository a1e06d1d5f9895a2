internal import Lanes
internal import Models
internal import Providers
internal import Transport
internal import Yams

/// From the tree of the file to the configuration. Goes through all of it whatever it finds.
struct ConfigurationDecoder {
    let secrets: SecretReader
    let uid: UInt32
    let threads: Int

    /// The configuration, sound only when nothing was reported.
    func decode(_ root: ConfigurationValue) -> Configuration? {
        let section = ConfigurationSection<RootKey>(root)
        guard let socket = decodeSocket(section[.socket], findings: root.findings) else {
            return nil
        }
        var providerDecoder = ProviderDecoder(secrets: secrets)
        let providers = providerDecoder.decode(section[.providers])
        var configuration = Configuration(
            socket: socket, providers: providers, adminUIDs: [uid, 0], threads: threads)
        configuration.capabilities = providerDecoder.capabilities.capabilities
        let names = providers.map(\.name)
        let callers = decodeCallers(section, into: &configuration)
        let weights = callers?.weights ?? [:]
        decodeLanes(section, LaneDecoder(providers: names, weights: weights), into: &configuration)
        let tiers = TierDecoder(providers: names)
        if let model = section[.model] {
            configuration.tiers = tiers.decode(model)
            configuration.policyTiers = tiers.policyTiers(model, among: configuration.tiers.keys)
        }
        configuration.allowed = AllowListDecoder(
            tiers: Set(configuration.tiers.keys), providers: names
        ).decode(callers?.restrictions ?? [])
        decodeRest(section, into: &configuration)
        return configuration
    }

    /// What the daemon runs on when nobody wrote a file.
    func withoutFile(findings: Findings) -> Configuration? {
        guard let socket = decodeSocket(nil, findings: findings) else { return nil }
        let providers = UsualProviders.found(with: secrets, findings: findings)
        return Configuration(
            socket: socket, providers: providers, adminUIDs: [uid, 0], threads: threads)
    }

    private func decodeSocket(_ value: ConfigurationValue?, findings: Findings) -> Configuration
        .Socket?
    {
        let section = value.map { ConfigurationSection<SocketKey>($0) }
        var access = SocketAccess()
        if let mode = section?[.mode]?.fileMode { access.mode = mode }
        access.group = section?[.group]?.printable(bytesMax: 64)
        let usual = UnixSocketPath.usual(environment: secrets.environment, uid: uid)
        let written = section?[.path]
        do throws(SocketError) {
            let path = try UnixSocketPath(written.map { $0.text ?? usual } ?? usual)
            return Configuration.Socket(
                path: path, access: access, peers: section.flatMap(Self.peers))
        } catch {
            findings.report(
                written.map { "\($0.path): \(error)" } ?? "\(error)", at: written?.node.mark)
            return nil
        }
    }

    private static func peers(
        _ section: ConfigurationSection<SocketKey>
    ) -> Configuration.AllowedPeers? {
        if section[.uids] == nil && section[.gids] == nil { return nil }
        return Configuration.AllowedPeers(
            uids: Set(section[.uids]?.ids ?? []), gids: Set(section[.gids]?.ids ?? []))
    }

    /// - Returns: what else was read of callers: weights, which hold in every lane, and what they may
    ///   use. nil where the file says nothing of them.
    private func decodeCallers(
        _ section: ConfigurationSection<RootKey>, into configuration: inout Configuration
    ) -> CallersDecoder? {
        if let admin = section[.admin], let uids = AdminDecoder.uids(admin) {
            configuration.adminUIDs = uids
        }
        guard let value = section[.callers] else { return nil }
        let callers = CallersDecoder(value)
        configuration.ceilings = PriorityCeilings(callers.ceilings)
        return callers
    }

    private func decodeLanes(
        _ section: ConfigurationSection<RootKey>, _ decoder: LaneDecoder,
        into configuration: inout Configuration
    ) {
        configuration.laneDefaults = decoder.usual
        if let defaults = section[.laneDefaults] {
            configuration.laneDefaults = decoder.defaults(defaults)
        }
        guard let lanes = section[.lanes] else { return }
        // In quotes or not: YAML 1.1 takes the bare word for a boolean, this file for itself.
        if lanes.isWord("off") {
            configuration.queueing = false
        } else {
            configuration.laneRules = decoder.rules(lanes, defaults: configuration.laneDefaults)
        }
    }

    private func decodeRest(
        _ root: ConfigurationSection<RootKey>, into configuration: inout Configuration
    ) {
        if let attribution = root[.attribution] {
            let section = ConfigurationSection<AttributionKey>(attribution)
            if let flag = section[.persistPrompts]?.flag { configuration.persistPrompts = flag }
            configuration.failoverLog = section[.failoverLog]?.absolutePath
        }
        if let ledger = root[.ledger] {
            configuration.ledger = LedgerDecoder.place(
                ledger, uid: uid, environment: secrets.environment)
        }
        if let prices = root[.prices] {
            configuration.prices = LedgerDecoder.prices(
                prices, providers: configuration.providers.map(\.name))
        }
        if let telemetry = root[.telemetry] {
            configuration.telemetry = TelemetryDecoder(secrets: secrets).decode(telemetry)
        }
        if let log = root[.log] {
            let section = ConfigurationSection<LogKey>(log)
            if let level: Configuration.LogLevel = section[.level]?.word() {
                configuration.logLevel = level
            }
        }
        if let limits = root[.limits] {
            configuration.limits.read(ConfigurationSection<LimitKey>(limits))
        }
        if let threads = root[.threads]?.whole(in: 1...256) { configuration.threads = threads }
    }
}

extension ConfigurationValue {
    var absolutePath: String? {
        guard let path = printable(bytesMax: 4096) else { return nil }
        if path.hasPrefix("/") { return path }
        fail("is \(quoted(path)); write an absolute path")
        return nil
    }

    /// Permission bits in octal. The leading 0 is asked for because 660 could be meant as decimal.
    var fileMode: UInt32? {
        guard let text else { return nil }
        let isOctal = text.first == "0" && (2...5).contains(text.utf8.count)
        if isOctal, let mode = UInt32(text, radix: 8), mode <= 0o777 { return mode }
        fail("is \(quoted(text)); write an octal mode up to \"0777\", such as \"0660\"")
        return nil
    }
}
