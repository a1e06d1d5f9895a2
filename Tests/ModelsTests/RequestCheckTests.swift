import Lanes
import Models
import Testing

struct RequestCheckTests {
    private func refusal(_ change: (inout ModelRequest) -> Void) -> String? {
        var request = ModelRequest.hi
        change(&request)
        do throws(Refusal) {
            try request.check()
            return nil
        } catch {
            #expect(error.reason == .badRequest)
            return error.message
        }
    }

    private func tool(_ name: String) -> ModelTool {
        ModelTool(name: name, description: "", parametersJSON: "", strict: false)
    }

    @Test func `an ordinary request passes`() {
        #expect(
            refusal {
                $0.temperature = 2
                $0.topP = 1
                $0.maxOutputTokens = 1
                $0.tools = [tool("get_weather-2")]
                $0.toolChoice = .named("get_weather-2")
                $0.stop = ["END"]
            } == nil)
    }

    @Test func `messages must say something`() {
        #expect(refusal { $0.messages = [] }?.hasPrefix("messages is empty") == true)
        #expect(
            refusal { $0.messages[0].parts = [] }?.hasPrefix("messages[0].parts is empty") == true)
    }

    @Test(arguments: [-0.1, 2.1, .nan, .infinity])
    func `temperature goes from 0 to 2`(value: Double) {
        #expect(
            refusal { $0.temperature = value }
                == "temperature is \(value); it goes from 0 to 2")
    }

    @Test(arguments: [0, -1, 1.01, .nan])
    func `top_p is more than 0 and at most 1`(value: Double) {
        #expect(refusal { $0.topP = value }?.hasPrefix("top_p is \(value)") == true)
    }

    @Test(arguments: ["", "with space", "ä", String(repeating: "x", count: 65)])
    func `a tool's name is 1 to 64 letters, digits, underscores and hyphens`(name: String) {
        #expect(refusal { $0.tools = [tool(name)] }?.hasPrefix("tools[0].name is") == true)
    }

    @Test func `tools and their choice fit together`() {
        #expect(refusal { $0.tools = [tool("a"), tool("a")] }?.contains("another tool") == true)
        #expect(refusal { $0.toolChoice = .required }?.contains("tools is empty") == true)
        #expect(refusal { $0.toolChoice = .named("b") }?.contains("`b`") == true)
    }

    @Test func `parts stand in the roles they belong to`() {
        let result = ModelPart.toolResult(callID: "1", text: "", isError: false)
        #expect(
            refusal { $0.messages = [ModelMessage(role: .system, parts: [result])] }?
                .contains("tool result in role system") == true)
        let call = ModelPart.toolCall(id: "1", name: "a", argumentsJSON: "{}")
        #expect(
            refusal { $0.messages = [ModelMessage(role: .user, parts: [call])] }?
                .contains("tool call in role user") == true)
        let image = ModelPart.image(mediaType: "", .data([1]))
        #expect(
            refusal { $0.messages = [ModelMessage(role: .user, parts: [image])] }?
                .contains("media_type") == true)
    }
}

struct PromptSnapshotTests {
    @Test func `a short prompt is whole`() {
        let snapshot = PromptSnapshot(.hi, bytesMax: 100)
        #expect(snapshot.messages == ["user: hi there"])
        #expect(!snapshot.truncated)
    }

    @Test func `a long one keeps its end, and says that it was cut`() {
        let request = ModelRequest(messages: [
            ModelMessage(role: .system, parts: [.text("be brief and kind")]),
            ModelMessage(role: .user, parts: [.text("why?")]),
        ])
        let snapshot = PromptSnapshot(request, bytesMax: 20)
        #expect(snapshot.messages == ["system: be", "user: why?"])
        #expect(snapshot.truncated)
    }

    @Test(arguments: 0..<12)
    func `a cut never falls inside a character`(limit: Int) {
        let cut = "aäß€😀".prefix(utf8Bytes: limit)
        #expect(cut.utf8.count <= limit)
        #expect("aäß€😀".hasPrefix(cut))
    }
}

struct FailureCodesTests {
    @Test func `the reasons of the contract have its codes`() {
        let table: [FailureReason: Int32] = [
            .queueFull: 8, .callerQueueFull: 8, .queueTimeout: 8, .callerDeadline: 4,
            .executionTimeout: 4, .noHealthyTarget: 14, .upstreamRateLimited: 8,
            .chainExhausted: 14, .upstreamQuotaExhausted: 8, .upstreamCredentials: 9,
            .callerNotAllowed: 7, .unknownModel: 5, .badRequest: 3, .contextTooLong: 3,
            .contentPolicy: 9, .outputSchemaInvalid: 9, .streamInterrupted: 10,
            .slowConsumer: 8, .shuttingDown: 14, .idempotencyConflict: 6, .internal: 13,
            .callerLeft: 1,
        ]
        for (reason, code) in table { #expect(reason.code.rawValue == code) }
    }
}
