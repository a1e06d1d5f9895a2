import AsyncHTTPClient
import Clocks
import Logging
import Models

/// A server behind HTTP. It cannot know its models and accepts any name.
struct HTTPProvider<D: Dialect>: Provider {
    let name: String
    let slow: Bool
    private let upstream: Upstream<D>

    init(
        _ settings: ProviderSettings, client: HTTPClient, time: any TimeSource, logger: Logger
    ) throws(ProviderSettingsError) {
        name = settings.name
        slow = settings.slow
        upstream = try Upstream(settings, client: client, time: time, logger: logger)
    }

    func model(_ target: Target) -> (any Model)? {
        HTTPModel(target: target, upstream: upstream)
    }
}
