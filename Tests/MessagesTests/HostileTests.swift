import Glibc
import Messages
import Patience
import Testing

@testable import Messages

/// Bytes that would cost libprotobuf-c dearly, or that protobuf forbids.
struct HostileTests {
    @Test(arguments: [
        ([0x0A], DecodingFailure.Fault.truncated, 1),
        ([0x0A, 0x05, 0x61], .truncated, 2),
        ([0x0A, 0x80], .truncated, 2),
        ([0x29, 0, 0, 0], .truncated, 1),
        ([0x7D, 0, 0, 0], .truncated, 1),
        ([0x60] + [UInt8](repeating: 0xFF, count: 10) + [0x01], .varintTooLong, 11),
        ([0x0A, 0x81, 0x80, 0x80, 0x80, 0x80, 0x00, 0x61], .badLength, 7),
        ([0x00, 0x00], .badTag, 1),
        ([0xE0, 0x80, 0x80, 0x80, 0x10, 0x00], .badTag, 5),
        ([0xE0, 0x80, 0x80, 0x80, 0x80, 0x00, 0x00], .badTag, 6),
        ([0xA3, 0x06, 0xA4, 0x06], .group, 2),
        ([0xA4, 0x06], .group, 2),
        ([0x66], .badWireType, 1),
        ([0x67], .badWireType, 1),
    ])
    func `a broken message is refused with the place`(
        bytes: [UInt8], fault: DecodingFailure.Fault, byte: Int
    ) {
        let message = "laneway.v1.GenerateRequest"
        #expect(throws: DecodingFailure.malformed(fault, message: message, byte: byte)) {
            try GenerateRequest(decoding: bytes)
        }
    }

    @Test func `the failure names the nested message that is broken`() {
        let bytes = field(1, [0x61]) + field(2, [0x08])
        let message = "laneway.v1.Message"
        #expect(throws: DecodingFailure.malformed(.truncated, message: message, byte: 6)) {
            try GenerateRequest(decoding: bytes)
        }
    }

    @Test func `the largest field number is taken and ignored`() throws {
        let bytes: [UInt8] = [0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0x01]
        #expect(try GenerateRequest(decoding: bytes) == GenerateRequest())
    }

    @Test func `65,536 fields are read and one more is refused`() throws {
        let unknown = field(99, [UInt8](repeating: 0, count: 20))
        let most = repeated(unknown, 65_536)
        #expect(try GenerateRequest(decoding: most) == GenerateRequest())
        #expect(throws: DecodingFailure.tooManyFields(max: 65_536)) {
            try GenerateRequest(decoding: most + unknown)
        }
    }

    @Test func `fields of nested messages count too`() {
        let turn = field(2, repeated(field(2, []), 99))
        #expect(throws: DecodingFailure.tooManyFields(max: 65_536)) {
            try GenerateRequest(decoding: repeated(turn, 656))
        }
    }

    @Test func `4 MiB of two-byte fields are refused`() {
        let bytes = repeated(field(2, []), 2 << 20)
        #expect(throws: DecodingFailure.tooManyFields(max: 65_536)) {
            try GenerateRequest(decoding: bytes)
        }
    }

    @Test func `a singular message that comes again and again is joined in linear time`() throws {
        // Takes libprotobuf-c by itself more than half a minute; 50 ms here, when optimised.
        let call = field(4, field(10, [UInt8](repeating: 0x61, count: 60)))
        let bytes = repeated(call, (1 << 20) / call.count)
        let start = threadCPUTime()
        let response = try GenerateResponse(decoding: bytes)
        #expect(threadCPUTime() - start < Patience.stretched(.seconds(3)))
        #expect(response.call?.messages.count == (1 << 20) / call.count)
    }

    @Test func `what takes more memory than its budget is refused`() {
        let bytes = repeated(field(2, []), 65_536)
        #expect(throws: DecodingFailure.overBudget(bytesMax: 4 << 20)) {
            try GenerateRequest(decoding: bytes)
        }
    }

    @Test func `ten thousand short turns are no attack`() throws {
        let request = GenerateRequest(messages: [Message](repeating: .user("hi"), count: 10_000))
        #expect(try GenerateRequest(decoding: request.encoded()) == request)
    }

    @Test func `a failed allocation, whichever it is, fails the message and nothing else`() throws {
        let bytes = Samples.request.encoded()
        let attempts = (0..<1_000).lazy.map { allocations in
            Result { () throws(DecodingFailure) in
                try unsafe bytes.span.bytes.withUnsafeBytes { buffer throws(DecodingFailure) in
                    try unsafe GenerateRequest.unpacked(from: buffer, allocationsMax: allocations)
                }
            }
        }
        let needed = try #require(
            attempts.firstIndex { result in
                if case .failure(.overBudget) = result { return false }
                return true
            })
        #expect(needed > 20)
        #expect(try attempts[needed].get() == Samples.request)
    }
}

/// What the calling thread has computed so far: the same on a busy machine.
private func threadCPUTime() -> Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
