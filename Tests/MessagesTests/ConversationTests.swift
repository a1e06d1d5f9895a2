import Messages
import Testing

/// The shorter ways to write messages make what their longer ways do.
struct ConversationTests {
    @Test func `a request reads as a conversation does`() {
        let request = GenerateRequest(
            model: "builtin/echo", messages: [.system("be brief"), .user("hi"), .assistant("ho")])
        #expect(request.messages.map(\.role) == [.system, .user, .assistant])
        #expect(request.messages.map(\.text) == ["be brief", "hi", "ho"])
    }

    @Test func `the text of an answer is all its text parts, and no reasoning`() {
        let thought = Part(kind: .reasoning(ReasoningPart(text: "hm")))
        let message = Message(role: .assistant, parts: [thought, .text("a"), Part(), .text("b")])
        #expect(GenerateResponse(message: message).text == "ab")
        #expect(GenerateResponse().text == "")
    }

    @Test func `tool calls and their results name each other by id`() {
        let call = ToolCallPart(id: "7", name: "search", argumentsJSON: "{}")
        let asked = Message(role: .assistant, parts: [.text("…"), Part(kind: .toolCall(call))])
        #expect(asked.toolCalls == [call])

        let result = Message.toolResult(callID: "7", text: "none", isError: true)
        #expect(result.role == .tool)
        #expect(
            result.parts == [
                Part(kind: .toolResult(ToolResultPart(callID: "7", text: "none", isError: true)))
            ])
    }

    @Test func `an image is its bytes or its address`() {
        let bytes = ImagePart(mediaType: "image/png", source: .data([1]))
        #expect(Part.image([1], mediaType: "image/png").kind == .image(bytes))
        #expect(Part.image(url: "u").kind == .image(ImagePart(source: .url("u"))))
    }

    @Test func `only a piece of text has text`() {
        #expect(StreamResponse.text("a").text == "a")
        #expect(StreamResponse(event: .finish(Finish())).text == nil)
    }
}
