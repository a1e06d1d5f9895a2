import AsyncHTTPClient
import Clocks
import Lanes
import Messages
import Models
import NIOCore
import NIOPosix
import Telemetry
import Testing
import UpstreamScript

/// Telemetry whole, with a collector on loopback that does as it is told, on a hand-wound clock.
struct Rig {
    let time = HandWoundTime()
    let lines = Lines()
    let collector: ScriptedUpstream
    let telemetry: Telemetry
    let start: Instant

    /// As the daemon's: never shut down, as the process ends with these tests.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration)
    }()

    init(
        _ script: [UpstreamStep], lanes: [LaneSnapshot] = [],
        change: (inout TelemetrySettings) -> Void = { _ in }
    ) async throws {
        // Connections that break are followed by ones with the same script.
        collector = try await ScriptedUpstream([script])
        start = time.now
        var settings = TelemetrySettings(endpoint: collector.address)
        settings.providers["gpu"] = ProviderIdentity(name: "ollama")
        change(&settings)
        telemetry = Telemetry(
            settings, client: Self.client, time: time, lanes: { lanes }, logger: lines.logger)
        telemetry.start()
        let naps = start + settings.interval
        try await eventually { [time] in time.nextDeadline == naps }
    }

    /// Calls end now. Returns when their spans have a time at which they are sent.
    func end(_ traces: CallTrace...) async throws {
        let due = time.now + .seconds(1)
        for trace in traces { telemetry.callEnded(trace) }
        try await eventually { [time] in time.nextDeadline == due }
    }

    /// Returns when so many requests have come.
    func requests(_ count: Int) async throws -> [UpstreamRequest] {
        try await eventually { [collector] in collector.requests.count >= count }
        return collector.requests
    }

    /// A second passes, and the calls that have ended are sent.
    func send(_ traces: CallTrace...) async throws -> UpstreamRequest {
        let before = collector.requests.count
        for trace in traces { telemetry.callEnded(trace) }
        let due = time.now + .seconds(1)
        try await eventually { [time] in time.nextDeadline == due }
        time.advance(by: .seconds(1))
        return try #require(try await requests(before + 1).last)
    }

    func naps(until due: Instant) async throws {
        try await eventually { [time] in time.nextDeadline == due }
    }

    func stop() async {
        await telemetry.close()
        await collector.stop()
    }
}

extension UpstreamStep {
    /// Takes a request and answers it.
    static func take(
        _ status: Int = 200, _ answer: OTLPResponse = OTLPResponse(), headers: [String] = []
    ) -> [UpstreamStep] {
        let body = String(decoding: answer.encoded(), as: UTF8.self)
        return [
            .expectRequest,
            .answer(body, status: status, type: "application/x-protobuf", headers: headers),
        ]
    }

    /// Takes all that come.
    static let takeAll = Array(repeating: take(), count: 50).flatMap { $0 }
}

extension UpstreamRequest {
    var traces: OTLPTraceRequest {
        get throws { try OTLPTraceRequest(decoding: bytes) }
    }

    var spans: [OTLPSpan] {
        get throws { try traces.resourceSpans.flatMap(\.scopeSpans).flatMap(\.spans) }
    }

    var metrics: [String: Reading] {
        get throws {
            try OTLPMetricsRequest(decoding: bytes).resourceMetrics.flatMap(\.scopeMetrics)
                .flatMap(\.metrics).readings
        }
    }
}
