package import AsyncHTTPClient
package import Clocks
package import Logging
package import Models

/// Any server that speaks OpenAI's chat completions: OpenAI itself, vLLM, llama.cpp, LM Studio,
/// OpenRouter, Groq and many more. It cannot know its models and accepts any name.
package struct OpenAIProvider: Provider {
    package let name: String
    package let slow: Bool
    private let upstream: OpenAIUpstream

    package init(
        _ settings: ProviderSettings, client: HTTPClient, time: any TimeSource, logger: Logger
    ) throws(ProviderSettingsError) {
        name = settings.name
        slow = settings.slow
        upstream = try OpenAIUpstream(settings, client: client, time: time, logger: logger)
    }

    package func model(_ target: Target) -> (any Model)? {
        OpenAIModel(target: target, upstream: upstream)
    }
}
