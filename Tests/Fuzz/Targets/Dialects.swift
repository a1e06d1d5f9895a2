#if DEBUG || FUZZING
    import Foundation
    import Models
    import NIOCore
    import NIOHTTP1

    @testable import Providers

    extension FuzzTarget {
        /// What each kind of server answers. The first byte of an input says how it is cut, the
        /// second whether it is a stream, a whole answer or an error.
        static let dialects = [
            dialect(
                OpenAIChat.self, "openai", recorded: ["openai_chat", "openai-", "groq", "azure"],
                ["data: {\"choices\":[{\"delta\":{\"content\":\"hi\"}}]}\n\ndata: [DONE]\n\n"]),
            dialect(
                OpenAIResponses.self, "responses", recorded: ["openai_responses", "responses-"],
                [
                    """
                    data: {"type":"response.output_text.delta","output_index":0,"delta":"hi"}

                    data: {"type":"response.completed","response":{"status":"completed"}}


                    """
                ]),
            dialect(
                Anthropic.self, "anthropic", recorded: ["anthropic"],
                [
                    """
                    event: content_block_delta
                    data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta",\
                    "text":"hi"}}

                    data: {"type":"message_stop"}


                    """
                ]),
            dialect(
                Gemini.self, "gemini", recorded: ["gemini"],
                ["data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"hi\"}]}}]}\n\n"]),
            dialect(
                Ollama.self, "ollama", recorded: ["ollama"],
                ["{\"message\":{\"content\":\"hi\"},\"done\":true,\"done_reason\":\"stop\"}\n"]),
        ]

        private static func dialect<D: Dialect>(
            _ dialect: D.Type, _ name: String, recorded: [String], _ streams: [String]
        ) -> FuzzTarget {
            let errors = [
                #"{"error":{"message":"no","type":"t","code":429}}"#, #"[{"error":"no"}]"#,
                #"{"error":{"details":[{"@type":"a/google.rpc.RetryInfo","retryDelay":"3.5s"}]}}"#,
            ]
            return FuzzTarget(
                name, bytesMax: 8_192,
                seeds: { sources in
                    let recordings = sources.recordings(recorded)
                    return (streams.map { Array($0.utf8) } + recordings).map { [7, 0] + $0 }
                        + recordings.map { [7, 1] + $0 } + errors.map { [7, 2] + $0.utf8 }
                }
            ) { input in
                guard input.count >= 2 else { return }
                let bytes = input[2...]
                let trial = DialectTrial(D(ProviderSettings(name: "p", kind: .openai), host: ""))
                switch input[1] {
                case 0: Cuts.compare([input[0]] + bytes, trial.stream)
                case 1: trial.answer(bytes)
                default: trial.error(bytes, status: Int(input[1]) * 4)
                }
            }
        }
    }

    /// Reads what one kind of server may say.
    private struct DialectTrial<D: Dialect> {
        struct Outcome: Equatable {
            var chunks: [Chunk] = []
            var failure: ProviderFailure?
        }

        let dialect: D
        let errors = UpstreamErrors(
            provider: "p", place: "127.0.0.1:1", redactor: Redactor(secrets: [Secret("canary-5b")]))

        init(_ dialect: D) {
            self.dialect = dialect
        }

        /// What is given out is its text before its end, and there is one end.
        func stream(_ pieces: [[UInt8]]) -> Outcome {
            var reader = StreamReader(
                dialect.events(errors), dialect.framing, errors: errors, limits: ProviderLimits(),
                promptBytes: 40)
            for piece in pieces { reader.feed(piece.span) }
            reader.ended()
            var outcome = Outcome()
            while true {
                switch reader.next() {
                case .chunk(let chunk): outcome.chunks.append(chunk)
                case .needsBytes: fatalError("a stream that has ended asks for more")
                case .failed(let failure):
                    check(failure)
                    require(!outcome.isFinished, "a stream that failed has a finish")
                    outcome.failure = failure
                    return outcome
                case .ended:
                    require(outcome.isFinished, "a stream that has ended has no finish")
                    return outcome
                }
            }
        }

        func answer(_ bytes: ArraySlice<UInt8>) {
            // An empty body is refused before it is looked at.
            if bytes.isEmpty { return }
            do throws(ProviderFailure) {
                _ = try dialect.answer(ByteBuffer(bytes: bytes), errors)
            } catch {
                check(error)
            }
        }

        /// What stands before a NUL is the value of each header that says how long to wait.
        func error(_ bytes: ArraySlice<UInt8>, status: Int) {
            let parts = bytes.split(
                separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
            let body = parts.last ?? []
            var headers = HTTPHeaders()
            if parts.count == 2 {
                let value = String(decoding: parts[0], as: UTF8.self)
                for name in Self.headers { headers.add(name: name, value: value) }
                headers.add(name: "x-ratelimit-remaining-tokens", value: "0")
                headers.add(name: "anthropic-ratelimit-tokens-remaining", value: "0")
            }
            let answer = ErrorAnswer(
                status: status, headers: headers, mediaType: "", body: ByteBuffer(bytes: body),
                isWhole: true)
            check(answer.failure(dialect, errors, wallNow: Date(timeIntervalSince1970: 1e9)))
            _ = RetryAfter.usedUp(headers, wallNow: Date(timeIntervalSince1970: 1e9))
        }

        private static var headers: [String] {
            [
                "retry-after", "date", "x-ratelimit-reset-tokens",
                "anthropic-ratelimit-tokens-reset",
            ]
        }

        private func check(_ failure: ProviderFailure) {
            let message = failure.message
            require(message.utf8.count <= Redactor.messageBytesMax, "\(message) is too long")
            require(
                !message.unicodeScalars.contains { $0.properties.generalCategory == .control },
                "\(message) has a control character")
            require(!message.contains("canary-5b"), "\(message) tells a secret")
            let wait = failure.retryAfter ?? .zero
            require(wait >= .zero && wait <= RetryAfter.max, "\(wait) is no time to wait")
        }
    }

    extension DialectTrial.Outcome {
        fileprivate var isFinished: Bool {
            chunks.contains { if case .finish = $0 { true } else { false } }
        }
    }
#endif
