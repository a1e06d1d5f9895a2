package import Models

/// One entry of the configuration's `providers`, with its secret already read.
package struct ProviderSettings: Sendable, Hashable {
    /// The name targets use: the `openai` of `openai/gpt-4o`.
    package var name: String
    package var kind: ProviderKind
    /// Where it is: `https://…`, `http://…` or `http+unix://%2Frun%2Fllama.sock/v1`; nil takes the
    /// kind's usual address.
    package var baseURL: String?
    package var apiKey: Secret?
    /// Sent with every request, after the provider's own headers and in place of them.
    package var headers: [Header] = []
    /// The host loads models and queues by itself: longer clocks apply.
    package var slow = false
    /// Allows `http` to a host that is not this machine: what is sent can be read on the way.
    package var allowPlainHTTP = false
    /// The request's field that carries the bound on output; nil chooses by the base URL.
    package var maxTokensField: MaxTokensField?
    package var api = OpenAIAPI.chatCompletions
    package var echo = EchoScript()
    package var limits = ProviderLimits()

    package init(name: String, kind: ProviderKind) {
        self.name = name
        self.kind = kind
    }

    /// A header that is sent as configured. Its value counts as a secret: it is never printed.
    package struct Header: Sendable, Hashable {
        package var name: String
        package var value: Secret

        package init(name: String, value: Secret) {
            self.name = name
            self.value = value
        }
    }
}

/// What speaks at the other end. The raw values are the configuration's words.
package enum ProviderKind: String, Sendable, Hashable, CaseIterable {
    case builtin, openai, anthropic, ollama, gemini
}

/// Which of OpenAI's two APIs a server is spoken to in. The raw values are the configuration's words.
package enum OpenAIAPI: String, Sendable, Hashable, CaseIterable {
    /// What every compatible server understands.
    case chatCompletions = "chat_completions"
    case responses
}

/// The raw values are the configuration's words and the fields' names on the wire.
package enum MaxTokensField: String, Sendable, Hashable, CaseIterable {
    /// What nearly every compatible server understands.
    case maxTokens = "max_tokens"
    /// What OpenAI asks for since its reasoning models, which refuse the older field.
    case maxCompletionTokens = "max_completion_tokens"
}

/// How much an upstream may make this daemon hold. All in bytes.
package struct ProviderLimits: Sendable, Hashable {
    /// The body of an answer that is not a stream.
    package var answerBytesMax = 32 * 1024 * 1024
    /// The body of an error; only its message is wanted.
    package var errorBytesMax = 64 * 1024
    /// One line of an event stream.
    package var lineBytesMax = 4 * 1024 * 1024
    /// One event of a stream, all its `data` lines together.
    package var eventBytesMax = 8 * 1024 * 1024

    package init() {}
}
