import Messages
import Testing

/// Text is UTF-8 or the message is refused; libprotobuf-c would have looked away.
struct TextTests {
    @Test(arguments: [
        ([0xFF], 0),
        ([0x61, 0x80], 1),
        ([0xC3], 0),
        ([0x61, 0x62, 0xC3, 0x28], 2),
        ([0xC0, 0x80], 0),  // an overlong NUL
        ([0xED, 0xA0, 0x80], 0),  // a surrogate
        ([0xF4, 0x90, 0x80, 0x80], 0),  // past U+10FFFF
        ([UInt8](repeating: 0x61, count: 17) + [0xFE], 17),
    ])
    func `text that is not UTF-8 is refused with the name of its field`(text: [UInt8], byte: Int) {
        let failure = DecodingFailure.notUTF8(
            field: "laneway.v1.GenerateRequest.model", byte: byte)
        #expect(throws: failure) { try GenerateRequest(decoding: field(1, text)) }
        #expect(
            failure.description
                == "laneway.v1.GenerateRequest.model is not valid UTF-8 (byte \(byte))")
    }

    @Test func `nested, repeated and mapped text is looked at too`() {
        #expect(throws: DecodingFailure.notUTF8(field: "laneway.v1.TextPart.text", byte: 0)) {
            try GenerateRequest(decoding: field(2, field(2, field(1, field(1, [0xFF])))))
        }
        #expect(
            throws: DecodingFailure.notUTF8(field: "laneway.v1.GenerateRequest.stop", byte: 0)
        ) {
            try GenerateRequest(decoding: field(8, [0x61]) + field(8, [0xFF]))
        }
        #expect(
            throws: DecodingFailure.notUTF8(
                field: "google.rpc.ErrorInfo.MetadataEntry.value", byte: 0)
        ) {
            try ErrorInfo(decoding: field(3, field(2, [0xFF])))
        }
    }

    @Test func `text that a later occurrence replaces is looked at too`() {
        #expect(throws: DecodingFailure.notUTF8(field: "laneway.v1.StreamResponse.text", byte: 0)) {
            try StreamResponse(decoding: field(3, [0xFF]) + field(1, []))
        }
    }

    @Test func `bytes are not text`() throws {
        let part = try ReasoningPart(decoding: field(2, [0xFF, 0x00]))
        #expect(part.signature == [0xFF, 0x00])
    }
}
