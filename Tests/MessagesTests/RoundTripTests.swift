import Messages
import Testing

@testable import Messages

/// Every message comes out of its wire form as it went in.
struct RoundTripTests {
    @Test func `every message of proto has a round-trip case, and no other has`() throws {
        let cases = Samples.all.map(\.fullName)
        #expect(Set(cases).count == cases.count)
        #expect(Set(cases) == Set(try ProtoFiles.fieldNumbers().keys))
    }

    @Test(arguments: Samples.all)
    func `a message is equal to what is decoded from it`(samples: Samples) throws {
        for (bytes, equal) in try samples.roundTrips() {
            #expect(equal)
            #expect(try samples.recoded(bytes) == bytes)
        }
    }

    @Test(arguments: Samples.all)
    func `the examples of a message set all of its fields`(samples: Samples) throws {
        var seen: Set<Int> = []
        for (bytes, _) in try samples.roundTrips() {
            try unsafe bytes.withUnsafeBytes { buffer in
                var reader = unsafe FieldReader(buffer)
                while let field = try reader.next() { seen.insert(Int(field.number)) }
            }
        }
        #expect(seen == (try ProtoFiles.fieldNumbers()[samples.fullName]))
    }

    @Test func `the bytes are protobuf's`() {
        let request = GenerateRequest(model: "m", messages: [.user("hi")], temperature: 0)
        #expect(
            request.encoded() == [
                0x0A, 0x01, 0x6D,  // model
                0x12, 0x0A, 0x08, 0x02, 0x12, 0x06, 0x0A, 0x04, 0x0A, 0x02, 0x68, 0x69,
                0x29, 0, 0, 0, 0, 0, 0, 0, 0,  // temperature, there though it is 0
            ])
    }

    @Test func `a megabyte of text arrives whole`() throws {
        let text = String(repeating: "0123456789abcde\0", count: 65_536)
        let bytes = StreamResponse.text(text).encoded()
        #expect(bytes.count == 1_048_576 + 4)
        #expect(try StreamResponse(decoding: bytes).text == text)
    }

    @Test func `an empty message is no bytes`() throws {
        #expect(GenerateRequest().encoded() == [])
        #expect(try GenerateRequest(decoding: []) == GenerateRequest())
    }

    @Test func `a number an enum has no name for is kept`() throws {
        let bytes: [UInt8] = [0x08, 0xE7, 0x07]
        let message = try Message(decoding: bytes)
        #expect(message.role == .unrecognized(999))
        #expect(message.encoded() == bytes)
    }

    @Test func `equal maps have equal bytes`() {
        let keys = (0..<100).map(String.init)
        let one = Dictionary(uniqueKeysWithValues: keys.map { ($0, "") })
        let other = Dictionary(uniqueKeysWithValues: keys.reversed().map { ($0, "") })
        #expect(ErrorInfo(metadata: one).encoded() == ErrorInfo(metadata: other).encoded())
    }

    @Test func `a message is written where it is wanted, and its size is known before`() {
        let response = StreamResponse.text("hi")
        var frame = [UInt8](repeating: 0xEE, count: 12)
        response.encode { message in
            #expect(message.count == 4)
            unsafe frame.withUnsafeMutableBytes { buffer in
                unsafe message.write(to: UnsafeMutableRawBufferPointer(rebasing: buffer[5...]))
            }
        }
        #expect(frame == [0xEE, 0xEE, 0xEE, 0xEE, 0xEE, 0x1A, 2, 0x68, 0x69, 0xEE, 0xEE, 0xEE])
    }
}
