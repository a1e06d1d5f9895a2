import Messages
import Testing
import Wire

@testable import RPC

@Suite struct StatusTrailersTests {
    private static func failure(message: String, detailBytes: Int) -> RPCFailure {
        let detail = AnyMessage(typeURL: "x/y", value: Array(repeating: 7, count: detailBytes))
        let status = RPCStatusMessage(code: 8, message: message, details: [detail])
        return RPCFailure(.resourceExhausted, message, details: status.encoded())
    }

    private static func status(in block: HeaderBlock) throws -> RPCStatusMessage? {
        guard let index = block.index(of: "grpc-status-details-bin") else { return nil }
        let bytes = try #require(Base64.decode(block.value(at: index)))
        return try RPCStatusMessage(decoding: bytes)
    }

    private static func message(in block: HeaderBlock) -> String {
        block.index(of: "grpc-message").map { PercentEncoding.decode(block.value(at: $0)) } ?? ""
    }

    @Test func `code, message, details and pushback are each a field`() throws {
        var failure = Self.failure(message: "full", detailBytes: 10)
        failure.retryPushbackMs = -1
        let block = StatusTrailers.write(failure, peerListBytesMax: .max)
        #expect(block.count == 4)
        #expect(block.text("grpc-status") == "8")
        #expect(block.text("grpc-message") == "full")
        #expect(block.text("grpc-retry-pushback-ms") == "-1")
        #expect(try Self.status(in: block)?.message == "full")
    }

    @Test(arguments: [200, 1_000, 5_000, 8_192, 16_384, Int.max], [0, 100, 3_000, 6_000, 9_000])
    func `whatever is said fits 8 KiB and what the peer takes`(limit: Int, detailBytes: Int) throws
    {
        for length in [0, 10, 500, 2_048, 5_000] {
            for text in [
                String(repeating: "a", count: length), String(repeating: "ü", count: length),
            ] {
                let failure = Self.failure(message: text, detailBytes: detailBytes)
                let block = StatusTrailers.write(
                    failure, after: ResponseHeaders.trailersOnly, peerListBytesMax: limit)
                #expect(block.listSize <= min(limit, 8_192))
                #expect(block.text("grpc-status") == "8")
                #expect(text.hasPrefix(Self.message(in: block)))
                if let status = try Self.status(in: block) {
                    // Python's grpc_status refuses details that contradict the trailers.
                    #expect(status.message == Self.message(in: block))
                    #expect(status.code == 8)
                }
            }
        }
    }

    @Test func `a long message is cut and its details still come`() throws {
        let failure = Self.failure(
            message: String(repeating: "m", count: 4_000), detailBytes: 2_000)
        let block = StatusTrailers.write(failure, peerListBytesMax: .max)
        #expect(Self.message(in: block).utf8.count == 2_048)
        #expect(try Self.status(in: block)?.details.first?.value.count == 2_000)
    }

    @Test func `details that do not fit are left out, the message stays`() throws {
        let failure = Self.failure(message: "short", detailBytes: 7_000)
        let block = StatusTrailers.write(failure, peerListBytesMax: .max)
        #expect(Self.message(in: block) == "short")
        #expect(try Self.status(in: block) == nil)
    }

    @Test func `details that are no status stay as they are`() {
        let failure = RPCFailure(.internal, String(repeating: "m", count: 3_000), details: [255])
        let block = StatusTrailers.write(failure, peerListBytesMax: .max)
        #expect(block.text("grpc-status-details-bin") == "/w")
    }
}
