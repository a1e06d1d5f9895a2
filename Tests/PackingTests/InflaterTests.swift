import NIOCore
import Packing
import Testing

/// Against what Python's `gzip` and `zlib` packed, cut wherever a network could cut it.
struct InflaterTests {
    typealias Sample = (name: String, format: Inflater.Format, bytes: [UInt8])

    private static let samples: [Sample] = [
        ("gzip", .gzip, Packed.gzip),
        ("gzip with a name", .gzip, Packed.named),
        ("stored gzip", .gzip, Packed.stored),
        ("two members of gzip", .gzip, Packed.twoMembers),
        ("gzip flushed for each event", .gzip, Packed.syncFlushed.flatMap(\.self)),
        ("gzip flushed in part", .gzip, Packed.partialFlushed.flatMap(\.self)),
        ("deflate", .deflate, Packed.zlib),
        ("deflate without a frame", .deflate, Packed.raw),
    ]

    /// What comes out up to the end of the parts or the first failure.
    private func unpack(
        _ parts: [[UInt8]], _ format: Inflater.Format
    ) -> (text: String, failure: InflationFailure?) {
        let inflater = Inflater(format)
        var text = ""
        do throws(InflationFailure) {
            for part in parts { try inflater.unpack(part, to: &text) }
            try inflater.ended()
        } catch {
            return (text, error)
        }
        return (text, nil)
    }

    @Test(arguments: samples.indices)
    func `what was packed is unpacked, wherever it is cut`(sample: Int) {
        let (name, format, bytes) = Self.samples[sample]
        for cut in 0...bytes.count {
            let (text, failure) = unpack([Array(bytes[..<cut]), Array(bytes[cut...])], format)
            #expect(text == Packed.text, "\(name) cut at \(cut)")
            #expect(failure == nil, "\(name) cut at \(cut)")
        }
        let (text, failure) = unpack(bytes.map { [$0] }, format)
        #expect(text == Packed.text && failure == nil, "\(name) byte by byte")
    }

    @Test(arguments: samples.indices)
    func `what ends before its end was cut short`(sample: Int) {
        let (name, format, bytes) = Self.samples[sample]
        for count in 1..<bytes.count {
            let (text, failure) = unpack([Array(bytes[..<count])], format)
            #expect(Packed.text.hasPrefix(text), "\(name), \(count) bytes")
            // Behind its first member gzip may end.
            if name == "two members of gzip", text == Packed.events[0], failure == nil { continue }
            #expect(failure?.isCutShort == true, "\(name), \(count) bytes")
            #expect(failure?.packedBytes == count)
        }
    }

    @Test(arguments: [Packed.syncFlushed, Packed.partialFlushed])
    func `what its server flushed comes out at once`(parts: [[UInt8]]) throws {
        let inflater = Inflater(.gzip)
        for (part, event) in zip(parts, Packed.events) {
            #expect(try inflater.text(of: part) == event)
        }
        #expect(throws: InflationFailure.self) { try inflater.ended() }
        #expect(try inflater.text(of: parts[3]) == "")
        try inflater.ended()
    }

    @Test func `no bit of gzip turns over without being noticed`() {
        var wrong = 0
        for place in Packed.gzip.indices {
            for bit in 0..<8 {
                var bytes = Packed.gzip
                bytes[place] ^= 1 << bit
                let (text, failure) = unpack([bytes], .gzip)
                // The head of gzip says more than is needed to unpack it.
                if failure == nil { #expect(text == Packed.text, "byte \(place), bit \(bit)") }
                wrong += failure == nil ? 0 : 1
            }
        }
        #expect(wrong > (Packed.gzip.count - 10) * 8)
    }

    @Test func `a wrong check is told after what it belongs to`() throws {
        var bytes = Packed.gzip
        bytes[bytes.count - 8] ^= 1
        let (text, failure) = unpack([bytes], .gzip)
        #expect(text == Packed.text)
        let found = try #require(failure)
        #expect(!found.isCutShort)
        #expect(
            found.description
                == "89 bytes of gzip cannot be unpacked to their end: incorrect data check")
    }

    @Test func `what is not packed at all is told`() {
        for (format, reason) in [
            (Inflater.Format.gzip, "incorrect header check"), (.deflate, "invalid block type"),
        ] {
            let (text, failure) = unpack([Array("not packed".utf8)], format)
            #expect(text == "")
            #expect(failure?.reason == reason)
        }
    }

    @Test func `bytes behind the end are no part of it`() {
        let zeros = unpack([Packed.gzip + [0, 0]], .gzip)
        #expect(zeros.text == Packed.text && zeros.failure?.isCutShort == false)
        let twice = unpack([Packed.zlib, [1, 2, 3]], .deflate)
        #expect(twice.text == Packed.text)
        #expect(twice.failure?.reason == "3 bytes follow its end")
    }

    @Test func `a body without a byte is empty`() {
        #expect(unpack([], .gzip) == ("", nil))
        #expect(unpack([[]], .deflate) == ("", nil))
    }

    @Test func `a small body that unpacks to a huge one comes in blocks`() throws {
        // Sixteen members of 1 MiB each, in a read of 17 KB.
        var packed = ByteBuffer()
        for _ in 0..<16 { packed.writeBytes(Packed.mebibyte) }
        let inflater = Inflater(.gzip)
        var (blocks, bytes) = (0, 0)
        while let block = try inflater.next(from: &packed) {
            #expect(block.readableBytes <= Inflater.blockBytesMax)
            #expect(block.storageCapacity <= Inflater.blockBytesMax)
            (blocks, bytes) = (blocks + 1, bytes + block.readableBytes)
        }
        try inflater.ended()
        #expect((blocks, bytes) == (256, 16 * 1024 * 1024))
    }

    @Test func `a block is made only when it is asked for`() throws {
        var packed = ByteBuffer(bytes: Packed.mebibyte)
        let inflater = Inflater(.gzip)
        _ = try inflater.next(from: &packed)
        #expect(inflater.hasMore)
        // A sixteenth of it is out, and most of it not even looked at.
        #expect(packed.readableBytes > Packed.mebibyte.count * 3 / 4)
    }
}

extension Inflater {
    /// Puts all that comes out of one part behind `text`.
    fileprivate func unpack(_ part: [UInt8], to text: inout String) throws(InflationFailure) {
        var packed = ByteBuffer(bytes: part)
        while let block = try next(from: &packed) { text += String(buffer: block) }
    }

    /// All that comes out of one part.
    fileprivate func text(of part: [UInt8]) throws(InflationFailure) -> String {
        var text = ""
        try unpack(part, to: &text)
        return text
    }
}
