internal import CZlib
package import NIOCore

/// Packs with gzip (RFC 1952), whole messages at a time.
package enum Gzip {
    /// Appends `bytes`, packed, to `buffer`.
    ///
    /// At the fastest level: on one host the wire is memory, and only who asks for it gets it.
    package static func pack(_ bytes: RawSpan, into buffer: inout ByteBuffer) {
        bytes.withUnsafeBytes { pack($0, into: &buffer) }
    }

    private static func pack(_ bytes: UnsafeRawBufferPointer, into buffer: inout ByteBuffer) {
        var stream = z_stream()
        // It fails only where there is no memory, and where Swift would trap too.
        let code = laneway_deflate_init(&stream, Z_BEST_SPEED, MAX_WBITS + 16)
        precondition(code == Z_OK, "zlib cannot start: \(code)")
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, uLong(bytes.count)))
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: bound) { output in
            stream.next_in = bytes.baseAddress?.assumingMemoryBound(to: Bytef.self)
            stream.avail_in = uInt(bytes.count)
            stream.next_out = output.baseAddress?.assumingMemoryBound(to: Bytef.self)
            stream.avail_out = uInt(output.count)
            let end = deflate(&stream, Z_FINISH)
            precondition(end == Z_STREAM_END, "zlib says \(end) to \(bytes.count) bytes")
            return output.count - Int(stream.avail_out)
        }
    }
}
