package import Models

/// Where spans and metrics go, and what is said of this daemon in them.
package struct TelemetrySettings: Sendable, Hashable {
    /// Of OTLP over HTTP, without the path of a signal: `http://127.0.0.1:4318`.
    package var endpoint: String
    /// Sent with each export. Their values are secrets: a vendor's key is one of them.
    package var headers: [(name: String, value: Secret)] { pairs.map { ($0.name, $0.value) } }
    /// Between two exports of the metrics.
    package var interval: Duration = .seconds(60)
    /// The part of the traces beginning here that is recorded, 0 to 1. A client that sends a
    /// `traceparent` has decided for its own.
    package var sample = 1.0
    /// Of the resource, besides those this daemon knows of itself.
    package var resource: [String: String] = [:]
    /// By the names of the providers.
    package var providers: [String: ProviderIdentity] = [:]

    private var pairs: [Header] = []

    private struct Header: Sendable, Hashable {
        var name: String
        var value: Secret
    }

    package init(endpoint: String) {
        self.endpoint = endpoint
    }

    package mutating func add(header name: String, _ value: Secret) {
        pairs.append(Header(name: name, value: value))
    }

    /// A collector's own words, fit for the log: it may repeat the keys it was sent, and nothing in
    /// them may look like a line of ours.
    func cleaned(_ words: String) -> String {
        var words = words
        for secret in pairs.flatMap({ $0.value.reveal().split(separator: " ") }) {
            words.replace(secret, with: "***")
        }
        let signs = words.unicodeScalars.prefix(256).filter {
            ![.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
        }
        return String(String.UnicodeScalarView(signs))
    }
}

/// What telemetry calls a provider.
package struct ProviderIdentity: Sendable, Hashable {
    /// `gen_ai.provider.name`.
    package var name: String
    /// `server.address`; empty for models inside this process.
    package var address: String
    /// `server.port`; 0 where there is none.
    package var port: Int

    package init(name: String, address: String = "", port: Int = 0) {
        self.name = name
        self.address = address
        self.port = port
    }
}

/// The bounds of telemetry, the same for everyone.
enum TelemetryLimits {
    /// Calls whose spans wait to be sent; one has a span, and two for each attempt.
    static let waitingMax = 8_192
    /// Calls whose spans are sent in one request.
    static let batchMax = 512
    /// How long the first of a batch waits for others.
    static let batchDelay: Duration = .seconds(1)
    /// Series of one metric: models are named by clients, so there is no other bound. What is over
    /// it is counted in one series that says so (`otel.metric.overflow`).
    static let seriesMax = 2_000
    /// Of one request.
    static let requestNanoseconds: Int64 = 10_000_000_000
    static let attemptsMax = 5
    static let retryDelay: Duration = .seconds(1)
    static let retryDelayMax: Duration = .seconds(30)
    static let answerBytesMax = 64 << 10
    /// For what is still to be sent when the daemon stops.
    static let closeTimeout: Duration = .seconds(5)
}
