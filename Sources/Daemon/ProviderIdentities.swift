internal import Foundation
internal import Providers
internal import Telemetry

extension ProviderSettings {
    /// What telemetry calls it: OpenTelemetry's name of its kind, and where its server is.
    var identity: ProviderIdentity {
        var identity = ProviderIdentity(name: kind.telemetryName)
        guard let url = serverURL.flatMap({ URLComponents(string: $0) }), let host = url.host
        else { return identity }
        if url.scheme == "http+unix" {
            identity.address = host.removingPercentEncoding ?? host
        } else {
            identity.address = host
            identity.port = url.port ?? (url.scheme == "http" ? 80 : 443)
        }
        return identity
    }
}

extension ProviderKind {
    /// `gen_ai.provider.name`: a well-known value where there is one.
    fileprivate var telemetryName: String {
        switch self {
        case .openai: "openai"
        case .anthropic: "anthropic"
        case .gemini: "gcp.gemini"
        case .ollama: "ollama"
        case .builtin: "laneway"
        }
    }
}
