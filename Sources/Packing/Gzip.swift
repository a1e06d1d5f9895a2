internal import CZlib
package import NIOCore

/// Packs with gzip (RFC 1952), whole messages at a time.
package enum Gzip {
    /// Appends `bytes`, packed, to `buffer`.
    ///
    /// At the fastest level: on one host the wire is memory, and only who asks for it gets it.
    ///
    /// - Returns: false where zlib found no memory; nothing was appended then.
    package static func pack(_ bytes: RawSpan, into buffer: inout ByteBuffer) -> Bool {
        pack(bytes, into: &buffer, allocationsMax: .max)
    }

    /// - Parameter allocationsMax: For tests: refuse zlib every allocation after so many.
    static func pack(_ bytes: RawSpan, into buffer: inout ByteBuffer, allocationsMax: Int) -> Bool {
        bytes.withUnsafeBytes { pack($0, into: &buffer, allocationsMax) }
    }

    private static func pack(
        _ bytes: UnsafeRawBufferPointer, into buffer: inout ByteBuffer, _ allocationsMax: Int
    ) -> Bool {
        let stream = ZlibStream(allocationsMax: allocationsMax)
        let z = stream.z
        let code = laneway_deflate_init(z, Z_BEST_SPEED, MAX_WBITS + 16)
        if code == Z_MEM_ERROR { return false }
        precondition(code == Z_OK, "zlib cannot start: \(code)")
        // zlib's state is inside the stream, which Swift does not see.
        defer {
            deflateEnd(z)
            extendLifetime(stream)
        }
        let bound = Int(deflateBound(z, uLong(bytes.count)))
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { output in
            z.pointee.next_in = bytes.baseAddress?.assumingMemoryBound(to: Bytef.self)
            z.pointee.avail_in = uInt(bytes.count)
            z.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
            z.pointee.avail_out = uInt(output.count)
            let end = deflate(z, Z_FINISH)
            precondition(end == Z_STREAM_END, "zlib says \(end) to \(bytes.count) bytes")
            return output.count - Int(z.pointee.avail_out)
        }
        return true
    }
}
