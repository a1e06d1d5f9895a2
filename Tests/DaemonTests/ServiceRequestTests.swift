import Messages
import Models
import Testing

@testable import Daemon

struct ServiceRequestTests {
    private func refused(_ request: GenerateRequest) -> Refusal? {
        do throws(Refusal) {
            _ = try ModelRequest(request)
            return nil
        } catch {
            return error
        }
    }

    private func request(_ change: (inout GenerateRequest) -> Void) -> GenerateRequest {
        var request = GenerateRequest(model: "m", messages: [.user("hi")])
        change(&request)
        return request
    }

    @Test(arguments: [Messages.Role.unspecified, .unrecognized(9)])
    func `a role that does not exist is refused with its place and those that do`(
        role: Messages.Role
    ) throws {
        let asked = request {
            $0.messages.append(Message(role: role, parts: [.text("x")]))
        }
        let refusal = try #require(refused(asked))
        #expect(refusal.reason == .badRequest)
        #expect(refusal.message.contains("messages[1].role is \(role.rawValue)"))
        #expect(refusal.message.contains("2 (user)"))
    }

    @Test func `a part without a kind is refused with its place`() throws {
        let refusal = try #require(
            refused(request { $0.messages[0].parts.append(Part()) }))
        #expect(refusal.reason == .badRequest)
        #expect(refusal.message.contains("messages[0]"))
    }

    @Test func `a word of an enum that does not exist is refused by its number and field`() throws {
        let cases: [(String, (inout GenerateRequest) -> Void)] = [
            ("tool_choice.mode", { $0.toolChoice = ToolChoice(mode: .unrecognized(77)) }),
            (
                "response_format.kind",
                { $0.responseFormat = ResponseFormat(kind: .unrecognized(77)) }
            ),
            ("reasoning_effort", { $0.reasoningEffort = .unrecognized(77) }),
        ]
        for (field, change) in cases {
            let refusal = try #require(refused(request(change)), "\(field)")
            #expect(refusal.reason == .badRequest)
            #expect(refusal.message.contains("\(field) is 77"))
            #expect(refusal.message.contains("0 to"), "it does not say what is taken")
        }
    }

    @Test func `a request keeps all it asks for`() throws {
        let asked = request {
            $0.messages = [
                .system("be brief"),
                Message(
                    role: .user, parts: [.text("see"), .image([1, 2], mediaType: "image/png")]),
                Message(
                    role: .assistant,
                    parts: [
                        Part(kind: .reasoning(ReasoningPart(text: "hm", signature: [7]))),
                        Part(
                            kind: .toolCall(ToolCallPart(id: "t", name: "f", argumentsJSON: "{}"))),
                    ]),
                .toolResult(callID: "t", text: "done"),
            ]
            $0.tools = [Tool(name: "f", description: "d", parametersJSON: "{}", strict: true)]
            $0.toolChoice = .named("f")
            $0.temperature = 0
            $0.topP = 0.5
            $0.maxOutputTokens = 9
            $0.stop = ["."]
            $0.seed = 0
            $0.responseFormat = .jsonObject
            $0.reasoningEffort = .high
        }
        let read = try ModelRequest(asked)
        #expect(read.messages.map(\.role) == [.system, .user, .assistant, .tool])
        #expect(
            read.messages[1].parts
                == [.text("see"), .image(mediaType: "image/png", .data([1, 2]))])
        #expect(
            read.messages[2].parts
                == [
                    .reasoning(text: "hm", signature: [7]),
                    .toolCall(id: "t", name: "f", argumentsJSON: "{}"),
                ])
        #expect(
            read.messages[3].parts == [.toolResult(callID: "t", text: "done", isError: false)])
        #expect(
            read.tools
                == [ModelTool(name: "f", description: "d", parametersJSON: "{}", strict: true)])
        #expect(read.toolChoice == .named("f"))
        #expect((read.temperature, read.topP) == (0, 0.5))
        #expect(read.maxOutputTokens == 9)
        #expect(read.stop == ["."])
        #expect(read.seed == 0)
        #expect(read.responseFormat == .jsonObject)
        #expect(read.effort == .high)
    }

    @Test func `what is left out is left to the provider`() throws {
        let read = try ModelRequest(request { _ in })
        #expect(read.temperature == nil && read.topP == nil && read.seed == nil)
        #expect(read.maxOutputTokens == nil && read.effort == nil)
        #expect(read.toolChoice == .auto && read.responseFormat == .text)
    }
}
