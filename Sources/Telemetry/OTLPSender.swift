import AsyncHTTPClient
import Clocks
import Messages
import Models
import NIOCore
import NIOHTTP1

/// Sends OTLP over HTTP, as protobuf (https://opentelemetry.io/docs/specs/otlp/#otlphttp), until it
/// is taken or given up.
struct OTLPSender: Sendable {
    private let endpoint: String
    private let headers: HTTPHeaders
    private let client: HTTPClient
    private let time: any TimeSource

    /// What is sent where.
    enum Signal: String, Sendable {
        case traces = "/v1/traces"
        case metrics = "/v1/metrics"
    }

    init(_ settings: TelemetrySettings, client: HTTPClient, time: any TimeSource) {
        endpoint =
            settings.endpoint.hasSuffix("/")
            ? String(settings.endpoint.dropLast()) : settings.endpoint
        var headers: HTTPHeaders = [
            "content-type": "application/x-protobuf", "user-agent": "laneway",
        ]
        for header in settings.headers {
            headers.replaceOrAdd(name: header.name, value: header.value.reveal())
        }
        self.headers = headers
        self.client = client
        self.time = time
    }

    /// - Returns: how much of it the collector has refused.
    /// - Throws: `ExportFailure`, and `CancellationError` when its task is cancelled.
    func send(_ message: some WireMessage, _ signal: Signal) async throws -> OTLPPartialSuccess {
        let body = ByteBuffer(bytes: message.encoded())
        var retry = RetryPlan()
        while true {
            let failure: ExportFailure
            do {
                return try await post(body, signal)
            } catch let error as ExportFailure {
                failure = error
            }
            guard let delay = retry.delay(after: failure, jitter: .random(in: 0.5...1)) else {
                throw failure
            }
            try await time.pause(until: time.now + delay)
        }
    }

    private func post(_ body: ByteBuffer, _ signal: Signal) async throws -> OTLPPartialSuccess {
        var request = HTTPClientRequest(url: endpoint + signal.rawValue)
        request.method = .POST
        request.headers = headers
        request.body = .bytes(body)
        let response: HTTPClientResponse
        do {
            response = try await client.execute(
                request, timeout: .nanoseconds(TelemetryLimits.requestNanoseconds))
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw ExportFailure(reason: "\(error)", isPassing: true)
        }
        // The status decides. What was taken must not be sent again because its answer is too long
        // or breaks off.
        let answer = try? await response.body.collect(upTo: TelemetryLimits.answerBytesMax)
        return try read(response, answer ?? ByteBuffer())
    }

    private func read(
        _ response: HTTPClientResponse, _ body: ByteBuffer
    ) throws -> OTLPPartialSuccess {
        guard (200..<300).contains(response.status.code) else {
            throw ExportFailure(
                reason: "the collector answered \(response.status.code)",
                isPassing: ExportFailure.passing.contains(response.status.code),
                retryAfter: response.headers.first(name: "retry-after").flatMap(Int.init))
        }
        let taken = try? OTLPResponse(decoding: Array(body.readableBytesView))
        return taken?.partialSuccess ?? OTLPPartialSuccess()
    }
}

/// An export that was not taken.
struct ExportFailure: Error, Sendable, Hashable {
    let reason: String
    /// Worth trying again.
    let isPassing: Bool
    /// Seconds that the collector asks to be left alone for.
    var retryAfter: Int?

    /// The statuses that OTLP says may be tried again.
    static let passing: Set<UInt> = [429, 502, 503, 504]
}

/// When a failed export is tried again. Exponential, from a second to half a minute.
struct RetryPlan: Sendable {
    private var failures = 0

    /// - Parameter jitter: 0.5 to 1, so that the daemons of many hosts do not come at once.
    /// - Returns: nil to give up.
    mutating func delay(after failure: ExportFailure, jitter: Double) -> Duration? {
        failures += 1
        if !failure.isPassing || failures >= TelemetryLimits.attemptsMax { return nil }
        let usual = TelemetryLimits.retryDelay * (1 << (failures - 1)) * jitter
        let asked = failure.retryAfter.map { Duration.seconds(max(0, $0)) } ?? .zero
        return min(max(usual, asked), TelemetryLimits.retryDelayMax)
    }
}
