import NIOCore
import Testing

@testable import Packing

/// zlib may find no memory, at any of its allocations.
struct MemoryTests {
    private static let cases: [(Inflater.Format, [UInt8])] = [
        (.gzip, Packed.gzip), (.gzip, Packed.twoMembers), (.deflate, Packed.zlib),
        (.deflate, Packed.raw),
    ]

    /// Unpacks it in pieces, as a network may bring it: zlib takes a window only where it has to
    /// remember what it gave out.
    private func text(of bytes: ArraySlice<UInt8>, by inflater: Inflater) throws -> String {
        var text = ""
        for start in stride(from: bytes.startIndex, to: bytes.endIndex, by: 7) {
            var piece = ByteBuffer(bytes: bytes[start...].prefix(7))
            while let block = try inflater.next(from: &piece) { text += String(buffer: block) }
        }
        return text
    }

    @Test(arguments: cases.indices)
    func `a failed allocation, whichever it is, fails the body and nothing else`(
        sample: Int
    ) throws {
        let (format, bytes) = Self.cases[sample]
        let half = bytes.count / 2
        let other = Inflater(format)
        let begun = try text(of: bytes[..<half], by: other)
        var failures: [InflationFailure] = []
        while failures.count < 10 {
            let inflater = Inflater(format, allocationsMax: failures.count)
            do {
                #expect(try text(of: bytes[...], by: inflater) == Packed.text)
                try inflater.ended()
                break
            } catch let failure as InflationFailure {
                failures.append(failure)
                // It is told as often as one asks.
                var rest = ByteBuffer(bytes: bytes)
                #expect(throws: failure) { try inflater.next(from: &rest) }
            }
        }
        // One allocation for its state, one for the window.
        #expect(failures.count == 2)
        #expect(
            failures.allSatisfy {
                $0.reason == "there is no memory left to unpack it with" && !$0.isCutShort
            })
        #expect(try begun + text(of: bytes[half...], by: other) == Packed.text)
    }

    @Test func `where there is no memory to pack with nothing is appended`() throws {
        let bytes = Array(Packed.text.utf8)
        var needed = 0
        var buffer = ByteBuffer()
        while needed < 20,
            unsafe !Gzip.pack(bytes.span.bytes, into: &buffer, allocationsMax: needed)
        {
            #expect(buffer.readableBytes == 0)
            needed += 1
        }
        // deflateInit2 takes five pieces of memory.
        #expect(needed == 5)
        #expect(
            try text(of: Array(buffer.readableBytesView)[...], by: Inflater(.gzip)) == Packed.text)
    }
}
