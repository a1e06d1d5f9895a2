import HandFrames
import NIOCore
import Packing

extension FuzzTarget {
    /// The second byte of an input says how it is packed.
    static let inflater = FuzzTarget(
        "inflater",
        seeds: { _ in
            let plain = Array(String(repeating: "to be or not to be, ", count: 40).utf8)
            return [
                [5, 0] + packed(plain), [0, 0] + packed([]) + packed(plain),
                [1, 1] + hex("78 9c 4b 4c 4a 06 00 02 4d 01 27"), [1, 1] + hex("4b 4c 4a 06 00"),
            ]
        }
    ) { input in
        guard input.count >= 2 else { return }
        let format: Inflater.Format = input[1] & 1 == 0 ? .gzip : .deflate
        Cuts.compare([input[0]] + input[2...]) { unpack($0, format) }
        if input[1] & 2 != 0 { packAndUnpack(Array(input[2...])) }
    }
}

/// What comes out, up to a bound, and what goes wrong.
private struct Unpacked: Equatable {
    static let bytesMax = 1 << 20

    var plain: [UInt8] = []
    /// nil where nothing does; else whether it is only cut short.
    var isCutShort: Bool?
}

/// How many of the packed bytes zlib has used when it finds a fault depends on how they are cut, all
/// else does not.
private func unpack(_ pieces: [[UInt8]], _ format: Inflater.Format) -> Unpacked {
    let inflater = Inflater(format)
    var unpacked = Unpacked()
    do throws(InflationFailure) {
        for piece in pieces {
            var packed = ByteBuffer(bytes: piece)
            while let block = try inflater.next(from: &packed) {
                require(block.readableBytes > 0, "a block has something in it")
                require(
                    block.readableBytes <= Inflater.blockBytesMax,
                    "a block of \(block.readableBytes) bytes is over its bound")
                unpacked.plain += block.readableBytesView
                if unpacked.plain.count >= Unpacked.bytesMax {
                    unpacked.plain.removeLast(unpacked.plain.count - Unpacked.bytesMax)
                    return unpacked
                }
            }
            require(packed.readableBytes == 0, "\(packed.readableBytes) bytes were not looked at")
        }
        try inflater.ended()
    } catch {
        unpacked.isCutShort = error.isCutShort
    }
    return unpacked
}

private func packAndUnpack(_ plain: [UInt8]) {
    let unpacked = unpack([packed(plain)], .gzip)
    require(unpacked == Unpacked(plain: plain), "what is packed comes out as \(unpacked)")
}

private func packed(_ plain: [UInt8]) -> [UInt8] {
    var buffer = ByteBuffer()
    precondition(Gzip.pack(plain.span.bytes, into: &buffer), "there is no memory to pack")
    return Array(buffer.readableBytesView)
}
