package import AsyncHTTPClient
package import Clocks
package import Logging
package import Models
package import NIOCore
import NIOHTTP1

/// Makes the provider that `settings` describe.
///
/// - Parameter client: one made by `makeUpstreamClient`, shared by all providers.
/// - Throws: `ProviderSettingsError`, which names the provider, the value and what to write.
package func makeProvider(
    _ settings: ProviderSettings, client: HTTPClient, time: any TimeSource, logger: Logger
) throws(ProviderSettingsError) -> any Provider {
    switch settings.kind {
    case .builtin:
        return BuiltinProvider(settings, time: time)
    case .openai where settings.api == .responses:
        return try make(OpenAIResponses.self, settings, client, time, logger)
    case .openai: return try make(OpenAIChat.self, settings, client, time, logger)
    case .anthropic: return try make(Anthropic.self, settings, client, time, logger)
    case .ollama: return try make(Ollama.self, settings, client, time, logger)
    case .gemini: return try make(Gemini.self, settings, client, time, logger)
    }
}

private func make<D: Dialect>(
    _ dialect: D.Type, _ settings: ProviderSettings, _ client: HTTPClient, _ time: any TimeSource,
    _ logger: Logger
) throws(ProviderSettingsError) -> any Provider {
    try HTTPProvider<D>(settings, client: client, time: time, logger: logger)
}

/// The HTTP client that providers need, on the caller's event loops.
///
/// The caller shuts it down. It differs from the stock client where the stock one would hide from
/// the chain what happened or do on its own what is the chain's to decide:
/// redirects are not followed (they would carry the key along), a failed connect is reported at
/// once and not retried inside, requests do not queue for a connection (lanes do the limiting),
/// and nothing is unpacked (`AnswerBody` does that, behind the back-pressure).
package func makeUpstreamClient(on group: any EventLoopGroup) -> HTTPClient {
    var configuration = HTTPClient.Configuration()
    configuration.redirectConfiguration = .disallow
    configuration.decompression = .disabled
    configuration.timeout.connect = .seconds(10)
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 65_536
    configuration.connectionPool.idleTimeout = .seconds(60)
    // Spans are made where calls are known; this would look for a tracer at each request.
    configuration.tracing.tracer = nil
    configuration.http1_1ConnectionDebugInitializer = { channel in
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let encoder = try pipeline.handler(type: HTTPRequestEncoder.self)
            try pipeline.addHandler(HeadWithBody(), position: .after(encoder))
        }
    }
    return HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
}

/// Settings that no provider can be made from.
package struct ProviderSettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    package var provider: String
    package var message: String

    package var description: String { "provider \(provider): \(message)" }
}
