import Messages
import Testing

/// What protobuf says of fields that come twice or in the wrong form.
struct MergeTests {
    @Test func `of a scalar that comes twice the last one counts`() throws {
        let bytes = field(1, [0x61]) + field(7, varint: 1) + field(1, [0x62]) + field(7, varint: 2)
        #expect(try GenerateRequest(decoding: bytes) == .init(model: "b", maxOutputTokens: 2))
    }

    @Test func `a singular message that comes twice is merged`() throws {
        let one = ResponseFormat(
            kind: .jsonObject, jsonSchema: JSONSchema(name: "a", schemaJSON: "{}"))
        let two = ResponseFormat(jsonSchema: JSONSchema(name: "b", strict: true))
        let bytes = field(10, one.encoded()) + field(10, two.encoded())
        let merged = ResponseFormat(
            kind: .jsonObject, jsonSchema: JSONSchema(name: "b", schemaJSON: "{}", strict: true))
        #expect(
            try GenerateRequest(decoding: bytes) == GenerateRequest(responseFormat: merged))
    }

    @Test func `the repeated fields of merged messages follow each other`() throws {
        let one = CallInfo(attempts: [Attempt(lane: "a")], messages: ["x"])
        let two = CallInfo(attempts: [Attempt(lane: "b")], messages: ["y"])
        let both = CallInfo(
            attempts: [Attempt(lane: "a"), Attempt(lane: "b")], messages: ["x", "y"])
        let bytes = field(4, one.encoded()) + field(4, two.encoded())
        #expect(try GenerateResponse(decoding: bytes).call == both)
    }

    @Test func `of a oneof the last member counts`() throws {
        let bytes = field(3, [0x61]) + field(1, field(1, varint: 5)) + field(3, [0x62])
        #expect(try StreamResponse(decoding: bytes) == .text("b"))
    }

    @Test func `a member of a oneof that comes twice in a row is merged`() throws {
        let bytes = field(2, field(1, [0x61])) + field(2, field(2, [0x62]))
        #expect(
            try StreamResponse(decoding: bytes).event == .started(Started(target: "a", lane: "b")))
    }

    @Test func `a member of a oneof does not come back when another stood between`() throws {
        let bytes = field(2, field(1, [0x61])) + field(1, []) + field(2, field(2, [0x62]))
        #expect(try StreamResponse(decoding: bytes).event == .started(Started(lane: "b")))
    }

    @Test func `an optional scalar that comes twice is still there`() throws {
        let bytes = field(9, varint: 4) + field(9, varint: 0)
        #expect(try GenerateRequest(decoding: bytes).seed == 0)
    }

    @Test func `a repeated message is not merged, but merges inside it are made`() throws {
        let image = field(2, field(1, [0x61])) + field(2, field(3, [0x62]))
        let message = try Message(decoding: field(2, image) + field(2, []))
        let merged = ImagePart(mediaType: "a", source: .url("b"))
        #expect(message.parts == [Part(kind: .image(merged)), Part()])
    }

    @Test func `of a map's key that comes twice the last value counts`() throws {
        let one = field(3, field(1, [0x6B]) + field(2, [0x61]))
        let two = field(3, field(2, [0x62]) + field(1, [0x6B]))
        #expect(try ErrorInfo(decoding: one + two).metadata == ["k": "b"])
    }

    @Test func `a known field of another wire type is ignored like an unknown one`() throws {
        let bytes = field(1, varint: 1) + field(7, [0x61]) + field(99, [0xFF]) + field(15, [0x6B])
        #expect(try GenerateRequest(decoding: bytes) == GenerateRequest(idempotencyKey: "k"))
    }

    @Test(arguments: [
        ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02], false),
        ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x03], true),
        ([0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7E], true),
        ([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02], true),
    ])
    func `bits of a varint past its 64th make no bool true`(bytes: [UInt8], value: Bool) throws {
        #expect(try GenerateRequest(decoding: [0x80, 0x01] + bytes).queueEvents == value)
        let optional: [UInt8] = [0x28] + bytes
        #expect(try UpdateLaneRequest(decoding: optional).paused == value)
    }
}
