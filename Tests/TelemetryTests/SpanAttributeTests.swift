import Messages
import Models
import Testing

@testable import Telemetry

/// What spans say, by the names of OpenTelemetry's conventions for generative AI and for RPC.
struct SpanAttributeTests {
    private func attributes(_ name: String) -> [String: String] {
        Story.spans.first { $0.name == name }?.attributes.shown ?? [:]
    }

    @Test func `a call says whose it was and how it ended`() {
        #expect(
            attributes("laneway.v1.Laneway/Stream") == [
                "rpc.system.name": "'grpc'", "rpc.method": "'laneway.v1.Laneway/Stream'",
                "rpc.response.status_code": "'OK'",
                "laneway.call_id": "'call-1'", "laneway.caller_id": "'bot'",
                "laneway.uid": "1001", "laneway.run_id": "'run-7'",
                "laneway.tool": "'search'", "user.id": "'ann'", "laneway.model": "'fast'",
                "laneway.lane": "'cloud'", "laneway.priority": "'interactive'",
                "laneway.phase": "'stream'", "laneway.attempts": "3",
                "laneway.queue_wait": "3.0", "laneway.execution": "4.5",
            ])
    }

    private static let asked = [
        "gen_ai.operation.name": "'chat'", "gen_ai.request.max_tokens": "256",
        "gen_ai.request.temperature": "0.5", "gen_ai.request.top_p": "0.9",
        "gen_ai.request.seed": "42", "gen_ai.output.type": "'json'",
        "gen_ai.request.stream": "true",
    ]

    @Test func `an attempt that failed says how`() {
        let own = [
            "gen_ai.provider.name": "'ollama'", "gen_ai.request.model": "'qwen3:8b'",
            "server.address": "'127.0.0.1'", "server.port": "11434",
            "laneway.upstream_request_id": "'req-a'", "error.type": "'UPSTREAM_OVERLOADED'",
            "http.response.status_code": "503", "laneway.provider": "'gpu'",
            "laneway.lane": "'gpu'", "laneway.target": "'gpu/qwen3:8b'",
            "laneway.reason": "'UPSTREAM_OVERLOADED'", "laneway.retry_after": "4.0",
        ]
        #expect(attributes("chat qwen3:8b") == own.merging(Self.asked) { own, _ in own })
    }

    @Test func `an attempt that went well says what it used`() {
        let own = [
            "gen_ai.provider.name": "'openai'", "gen_ai.request.model": "'large'",
            "server.address": "'api.example.com'", "server.port": "443",
            "gen_ai.request.reasoning.level": "'high'", "laneway.upstream_request_id": "'req-b'",
            "gen_ai.response.finish_reasons": "[tool_calls]",
            "gen_ai.response.time_to_first_chunk": "0.25",
            "gen_ai.usage.input_tokens": "100", "gen_ai.usage.output_tokens": "20",
            "gen_ai.usage.cache_read.input_tokens": "60",
            "gen_ai.usage.reasoning.output_tokens": "5", "laneway.provider": "'cloud'",
            "laneway.lane": "'cloud'", "laneway.target": "'cloud/large:high'",
        ]
        #expect(attributes("chat large") == own.merging(Self.asked) { own, _ in own })
    }

    @Test func `a wait says in which lane it was`() {
        #expect(attributes("queue gpu") == ["laneway.lane": "'gpu'"])
        #expect(attributes("wait for target") == [:])
    }

    @Test func `what nobody said is left out`() {
        let spans = Story.maker.spans(of: .of([.ran("inside/echo")]))
        #expect(
            spans.last?.attributes.shown == [
                "gen_ai.operation.name": "'chat'", "gen_ai.provider.name": "'laneway'",
                "gen_ai.request.model": "'echo'", "laneway.provider": "'inside'",
                "laneway.target": "'inside/echo'",
            ])
    }

    @Test func `a guess at what was used says that it is one`() {
        var attempt = AttemptReport.ran("gpu/m")
        attempt.usage = Models.Usage(input: 9, output: 0, estimated: true)
        attempt.usage?.cacheWriteTokens = 4
        let shown = Story.maker.spans(of: .of([attempt])).last?.attributes.shown
        #expect(shown?["laneway.usage.estimated"] == "true")
        #expect(shown?["gen_ai.usage.input_tokens"] == "9")
        #expect(shown?["gen_ai.usage.output_tokens"] == "0")
        #expect(shown?["gen_ai.usage.cache_creation.input_tokens"] == "4")
    }

    private static let ends: [(Models.FinishReason, String?)] = [
        (.stop, "[stop]"), (.length, "[length]"), (.toolCalls, "[tool_calls]"),
        (.contentFilter, "[content_filter]"), (.other, "[other]"), (.unknown, nil),
    ]

    @Test(arguments: ends)
    func `the end of an answer has its name`(reason: Models.FinishReason, name: String?) {
        var attempt = AttemptReport.ran("gpu/m")
        attempt.finishReason = reason
        let shown = Story.maker.spans(of: .of([attempt])).last?.attributes.shown
        #expect(shown?["gen_ai.response.finish_reasons"] == name)
    }

    @Test func `a provider that is not known goes by its own name`() {
        let shown = Story.maker.spans(of: .of([.ran("new/m")])).last?.attributes.shown
        #expect(shown?["gen_ai.provider.name"] == "'new'")
        #expect(shown?["server.address"] == nil)
    }

    @Test func `a unary call is of the other method`() {
        let spans = Story.maker.spans(of: .of([.ran("gpu/m")], isStream: false))
        #expect(spans[0].name == "laneway.v1.Laneway/Generate")
        #expect(spans[1].attributes.shown["gen_ai.request.stream"] == nil)
    }
}
