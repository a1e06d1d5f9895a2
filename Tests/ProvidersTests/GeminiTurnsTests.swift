import Foundation
import Models
import NIOCore
import Testing

@testable import Providers

/// What becomes of a conversation, compared as JSON.
@Suite struct GeminiTurnsTests {
    private func body(_ messages: [ModelMessage]) throws -> NSDictionary {
        let target = Target(provider: "p", model: "m")
        let bytes = try GeminiRequestBody(
            request: ModelRequest(messages: messages), target: target
        ).write()
        return try object(String(buffer: bytes))
    }

    private func object(_ json: String) throws -> NSDictionary {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        return try #require(value as? NSDictionary)
    }

    /// The parts that are sent of an answer's.
    private func sent(_ parts: ModelPart...) throws -> [NSDictionary] {
        let body = try body([ModelMessage(role: .assistant, parts: parts)])
        let turn = (body["contents"] as? [NSDictionary])?.first
        return turn?["parts"] as? [NSDictionary] ?? []
    }

    private func result(_ text: String, isError: Bool = false) throws -> NSDictionary? {
        let call = ModelPart.toolCall(id: "a", name: "f", argumentsJSON: "")
        let result = ModelPart.toolResult(callID: "a", text: text, isError: isError)
        let body = try body([
            ModelMessage(role: .assistant, parts: [call]),
            ModelMessage(role: .tool, parts: [result]),
        ])
        let turn = (body["contents"] as? [NSDictionary])?.last
        return (turn?["parts"] as? [NSDictionary])?.first
    }

    private let signature = Array("c2ln".utf8)

    @Test func `every kind of part is mapped`() throws {
        let expected = try object(
            """
            {"systemInstruction":{"parts":[{"text":"be "},{"text":"brief"},{"text":"and kind"}]},
             "contents":[
              {"role":"user","parts":[
               {"text":"look"},{"inlineData":{"mimeType":"image/png","data":"AQID"}},
               {"fileData":{"mimeType":"image/gif","fileUri":"https://x/y.gif"}},
               {"fileData":{"fileUri":"https://x/z"}}]},
              {"role":"model","parts":[
               {"text":"hm","thought":true,"thoughtSignature":"c2ln"},{"text":"see"},
               {"functionCall":{"id":"a","name":"f","args":{"x":1}}},
               {"functionCall":{"id":"b","name":"g","args":{}}}]},
              {"role":"user","parts":[
               {"functionResponse":{"id":"a","name":"f","response":{"result":"1"}}},
               {"functionResponse":{"id":"b","name":"g","response":{"error":"no"}}},
               {"text":"go on"}]}]}
            """)
        #expect(
            try body([
                ModelMessage(role: .system, parts: [.text("be "), .text("brief")]),
                ModelMessage(
                    role: .user,
                    parts: [
                        .text("look"), .image(mediaType: "image/png", .data([1, 2, 3])),
                        .image(mediaType: "image/gif", .url("https://x/y.gif")),
                        .image(mediaType: "", .url("https://x/z")),
                    ]),
                ModelMessage(role: .system, parts: [.text("and kind")]),
                ModelMessage(
                    role: .assistant,
                    parts: [.reasoning(text: "hm", signature: signature), .text("see")]),
                ModelMessage(
                    role: .assistant,
                    parts: [
                        .toolCall(id: "a", name: "f", argumentsJSON: #"{"x":1}"#),
                        .toolCall(id: "b", name: "g", argumentsJSON: ""),
                    ]),
                ModelMessage(
                    role: .tool, parts: [.toolResult(callID: "a", text: "1", isError: false)]),
                ModelMessage(
                    role: .tool, parts: [.toolResult(callID: "b", text: "no", isError: true)]),
                ModelMessage(role: .user, parts: [.text("go on")]),
            ]) == expected)
    }

    @Test func `every character survives`() throws {
        let text = "\u{0}\u{1F} \"\\/\u{7F} \n\r\t é ☺ 😈 \u{2028} </script>"
        #expect(try sent(.text(text)).first?["text"] as? String == text)
    }

    // MARK: Signatures

    @Test func `a signature goes back on the call that it stands before`() throws {
        let parts = try sent(
            .reasoning(text: "", signature: signature),
            .toolCall(id: "", name: "f", argumentsJSON: "{}"),
            .toolCall(id: "", name: "g", argumentsJSON: "{}"))
        let call = try object(
            #"{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"}"#)
        #expect(parts == [call, try object(#"{"functionCall":{"name":"g","args":{}}}"#)])
    }

    @Test func `a signature goes back on the text that it stands before`() throws {
        let parts = try sent(
            .text("a"), .reasoning(text: "", signature: signature), .text("b"))
        #expect(parts == [["text": "a"], ["text": "b", "thoughtSignature": "c2ln"]])
    }

    @Test func `a signature that nothing follows goes back on an empty text`() throws {
        let bare: NSDictionary = ["text": "", "thoughtSignature": "c2ln"]
        #expect(
            try sent(.text("a"), .reasoning(text: "", signature: signature))
                == [["text": "a"], bare])
        let another = ModelPart.reasoning(text: "", signature: Array("eA==".utf8))
        #expect(
            try sent(.reasoning(text: "", signature: signature), another, .text("a"))
                == [bare, ["text": "a", "thoughtSignature": "eA=="]])
    }

    @Test func `a signature that a client put behind the thoughts still goes on the call`() throws {
        let parts = try sent(
            .reasoning(text: "hm", signature: signature),
            .toolCall(id: "", name: "f", argumentsJSON: ""))
        let call = try object(
            #"{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"}"#)
        #expect(parts == [["text": "hm", "thought": true], call])
    }

    @Test func `a signature finds its call also in the next message`() throws {
        let contents =
            try body([
                ModelMessage(
                    role: .assistant, parts: [.reasoning(text: "", signature: signature)]),
                ModelMessage(
                    role: .assistant, parts: [.toolCall(id: "", name: "f", argumentsJSON: "")]),
            ])["contents"] as? [NSDictionary]
        let parts = contents?.first?["parts"] as? [NSDictionary]
        #expect(parts?.map { $0["thoughtSignature"] as? String } == ["c2ln"])
    }

    @Test(arguments: [[], [0xFF, 0x00], Array("not base64!".utf8)])
    func `thoughts that are not signed by Gemini are left out`(signature: [UInt8]) throws {
        #expect(
            try sent(.reasoning(text: "hm", signature: signature), .text("a")) == [["text": "a"]])
        let silent = ModelMessage(
            role: .assistant, parts: [.reasoning(text: "hm", signature: signature), .text("")])
        let said = ModelMessage(role: .user, parts: [.text("a")])
        #expect(
            try body([said, silent, said])
                == object(#"{"contents":[{"role":"user","parts":[{"text":"a"},{"text":"a"}]}]}"#))
    }

    // MARK: Tools

    private static let results: [(String, Bool, String)] = [
        ("fine", false, #"{"result":"fine"}"#), ("", false, #"{"result":""}"#),
        ("[1]", false, #"{"result":"[1]"}"#), (#"{"x": 1}"#, false, #"{"x":1}"#),
        (#"{"x":1},"y":{}"#, false, #"{"result":"{\"x\":1},\"y\":{}"}"#),
        ("bad", true, #"{"error":"bad"}"#), (#"{"x":1}"#, true, #"{"error":{"x":1}}"#),
    ]

    @Test(arguments: results)
    func `a result is an object, its own where it is one`(
        text: String, isError: Bool, response: String
    ) throws {
        #expect(
            try result(text, isError: isError)
                == object(
                    #"{"functionResponse":{"id":"a","name":"f","response":\#(response)}}"#))
    }

    @Test func `a result belongs to the latest call of its id`() throws {
        let messages = ["f", "g"].flatMap { name in
            [
                ModelMessage(
                    role: .assistant, parts: [.toolCall(id: "a", name: name, argumentsJSON: "")]),
                ModelMessage(
                    role: .tool, parts: [.toolResult(callID: "a", text: "1", isError: false)]),
            ]
        }
        let contents = try body(messages)["contents"] as? [NSDictionary]
        let responses = contents?.compactMap { turn in
            let part = (turn["parts"] as? [NSDictionary])?.first
            return (part?["functionResponse"] as? NSDictionary)?["name"] as? String
        }
        #expect(responses == ["f", "g"])
    }

    @Test func `a result without its call is refused`() {
        let orphan = ModelMessage(
            role: .tool, parts: [.toolResult(callID: "x9", text: "1", isError: false)])
        let refusal = #expect(throws: ProviderRefusal.self) { try body([orphan]) }
        #expect(refusal?.message.contains("x9") == true)
    }

    @Test(arguments: ["{", "[]", #"{"a":1}}"#, #"{},"id":"x""#])
    func `arguments that are not one whole JSON object are refused`(arguments: String) {
        #expect(throws: ProviderRefusal.self) {
            try sent(.toolCall(id: "a", name: "f", argumentsJSON: arguments))
        }
    }
}
