import NIOCore
import Testing

@testable import Packing

/// Packing, against our own unpacking; `Tests/e2e` has it against others'.
@Suite struct GzipTests {
    @Test(arguments: [0, 1, 255, 4_096, 200_000])
    func `what was packed unpacks to the same`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 / 7) }
        var packed = ByteBuffer()
        #expect(unsafe Gzip.pack(bytes.span.bytes, into: &packed))
        let inflater = Inflater(.gzip)
        var plain = ByteBuffer()
        while var block = try inflater.next(from: &packed) { plain.writeBuffer(&block) }
        try inflater.ended()
        #expect(Array(plain.readableBytesView) == bytes)
    }

    @Test func `it is put behind what the buffer holds`() {
        var buffer = ByteBuffer(bytes: [1, 2])
        let bytes: [UInt8] = [3]
        #expect(unsafe Gzip.pack(bytes.span.bytes, into: &buffer))
        #expect(buffer.readableBytesView.prefix(4) == [1, 2, 0x1F, 0x8B])
    }
}
