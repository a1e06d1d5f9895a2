internal import CZlib
package import NIOCore

/// Unpacks what was packed with gzip or deflate (RFC 1950 to 1952). Knows no socket: packed bytes
/// in, plain bytes out, a block at a time. Whoever has read enough stops asking, so a small body
/// that unpacks to a huge one never lies in memory whole.
///
/// Used by one task at a time.
package final class Inflater {
    /// How HTTP calls it, in `content-encoding`.
    package enum Format: String, Sendable, Hashable {
        case gzip, deflate
    }

    private enum Phase {
        /// Nothing was read yet. Goes to inside with the first byte.
        case fresh
        /// Goes to complete at the end that the packed data itself marks.
        case inside
        /// More of gzip is its next member, and leads inside; more of deflate is a fault.
        case complete
    }

    /// The most that one block holds. Memory for one network read is bounded by this, whatever the
    /// read unpacks to: deflate makes up to 1,032 bytes out of one.
    package static let blockBytesMax = 64 * 1024

    private let format: Format
    private let owned: ZlibStream
    private var stream: UnsafeMutablePointer<z_stream> { owned.z }
    private var phase = Phase.fresh
    private var packedBytes = 0
    private var failure: InflationFailure?
    private let allocator = ByteBufferAllocator()

    /// Whether `next` has something to say before it is given more bytes.
    package private(set) var hasMore = false

    package convenience init(_ format: Format) {
        self.init(format, allocationsMax: .max)
    }

    /// - Parameter allocationsMax: For tests: refuse zlib every allocation after so many.
    init(_ format: Format, allocationsMax: Int) {
        self.format = format
        owned = ZlibStream(allocationsMax: allocationsMax)
        let code = laneway_inflate_init(stream, format == .gzip ? MAX_WBITS + 16 : MAX_WBITS)
        precondition([Z_OK, Z_MEM_ERROR].contains(code), "zlib cannot start: \(code)")
        if code != Z_OK { fail(Self.noMemory) }
    }

    deinit {
        inflateEnd(stream)
    }

    /// Unpacks on, and moves the reader of `packed` behind what was used of it.
    ///
    /// - Returns: at most `blockBytesMax` bytes; nil when it needs more than is in `packed`.
    package func next(from packed: inout ByteBuffer) throws(InflationFailure) -> ByteBuffer? {
        var block = allocator.buffer(capacity: Self.blockBytesMax)
        while failure == nil, block.readableBytes < Self.blockBytesMax {
            if phase != .inside, !begin(with: packed) { break }
            if !step(&packed, &block) { break }
        }
        // A full block may have left something inside zlib though all input is used.
        hasMore = block.readableBytes == Self.blockBytesMax || failure != nil
        if block.readableBytes > 0 { return block }
        if let failure { throw failure }
        return nil
    }

    /// Nothing follows. Packed data says itself where it ends: without that it was cut off.
    package func ended() throws(InflationFailure) {
        // A body without a byte is an empty one, whatever its header says.
        if phase != .inside { return }
        throw InflationFailure(format, isCutShort: true, "it has no end", packedBytes)
    }

    /// Goes inside when there is a byte to begin with.
    private func begin(with packed: ByteBuffer) -> Bool {
        guard let first = packed.readableBytesView.first else { return false }
        switch (phase, format) {
        case (.complete, .gzip):
            inflateReset(stream)
        case (.complete, .deflate):
            fail("\(packed.readableBytes) bytes follow its end")
            return true
        case (.fresh, .deflate) where first & 0x0F != 8:
            // Some servers leave the frame of zlib away, whose first byte ends in the number of its
            // method, 8. Deflate itself never begins with it: its bits would be those of a stored
            // block with padding that is not zero.
            inflateReset2(stream, -MAX_WBITS)
        default: break
        }
        phase = .inside
        return true
    }

    /// Runs zlib once.
    ///
    /// - Returns: whether it may go on.
    private func step(_ packed: inout ByteBuffer, _ block: inout ByteBuffer) -> Bool {
        if failure != nil { return false }
        let room = Self.blockBytesMax - block.readableBytes
        let (used, made, code) = packed.withUnsafeReadableBytes { input in
            var (used, code) = (0, Z_OK)
            let made = block.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { output in
                let end = UnsafeMutableRawBufferPointer(rebasing: output.prefix(room))
                let (read, written, result) = run(input, into: end)
                (used, code) = (read, result)
                return written
            }
            return (used, made, code)
        }
        packed.moveReaderIndex(forwardBy: used)
        packedBytes += used
        return take(code, progress: used + made > 0)
    }

    private func run(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
    ) -> (used: Int, made: Int, code: CInt) {
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_in = uInt(clamping: input.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
        stream.pointee.avail_out = uInt(output.count)
        let given = Int(stream.pointee.avail_in)
        let code = inflate(stream, Z_NO_FLUSH)
        return (
            given - Int(stream.pointee.avail_in), output.count - Int(stream.pointee.avail_out), code
        )
    }

    private func take(_ code: CInt, progress: Bool) -> Bool {
        switch code {
        case Z_OK: return progress
        case Z_STREAM_END: phase = .complete
        // It could do nothing with what it has.
        case Z_BUF_ERROR: return false
        case Z_NEED_DICT: fail("it needs a dictionary that nobody has")
        case Z_MEM_ERROR: fail(Self.noMemory)
        default: fail(stream.pointee.msg.map { String(cString: $0) } ?? "zlib says \(code)")
        }
        return true
    }

    private static let noMemory = "there is no memory left to unpack it with"

    /// What was unpacked up to here is still given out before it.
    private func fail(_ reason: String) {
        failure = InflationFailure(format, isCutShort: false, reason, packedBytes)
    }
}
