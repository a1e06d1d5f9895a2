/// HTTP/2 frames written by hand, for sessions under test.
package enum Frames {
    package static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
    /// The preface, an empty SETTINGS and the acknowledgement of ours: how a client begins.
    package static let opening =
        preface + hex("000000 04 00 00000000") + hex("000000 04 01 00000000")

    package static let endStream: UInt8 = 0x1
    package static let endHeaders: UInt8 = 0x4
    package static let padded: UInt8 = 0x8

    package static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8])
        -> [UInt8]
    {
        bigEndian(UInt32(payload.count)).dropFirst() + [type, flags] + bigEndian(stream) + payload
    }

    /// A request of a gRPC call.
    package static func request(
        _ stream: UInt32, _ path: String = "/a.B/C", fields: [(String, String)] = [],
        end: Bool = false
    ) -> [UInt8] {
        let block = requestBlock(path, fields: fields)
        return frame(1, endHeaders | (end ? endStream : 0), stream, block)
    }

    package static func requestBlock(
        _ path: String = "/a.B/C", method: String = "POST", fields: [(String, String)] = [],
        contentType: String = "application/grpc"
    ) -> [UInt8] {
        literals(
            [
                (":method", method), (":scheme", "http"), (":path", path),
                (":authority", "localhost"), ("te", "trailers"), ("content-type", contentType),
            ] + fields)
    }

    package static func data(_ stream: UInt32, _ payload: [UInt8], end: Bool = false) -> [UInt8] {
        frame(0, end ? endStream : 0, stream, payload)
    }

    package static func reset(_ stream: UInt32, _ code: UInt32) -> [UInt8] {
        frame(3, 0, stream, bigEndian(code))
    }

    package static func windowUpdate(_ stream: UInt32, _ bytes: UInt32) -> [UInt8] {
        frame(8, 0, stream, bigEndian(bytes))
    }

    /// Literal fields that leave the HPACK table alone (RFC 7541, section 6.2.2).
    package static func literals(_ fields: [(String, String)]) -> [UInt8] {
        fields.flatMap { [0] + string($0.0) + string($0.1) }
    }

    /// RFC 7541, section 5.2, without Huffman coding.
    private static func string(_ text: String) -> [UInt8] {
        var length = text.utf8.count
        if length < 127 { return [UInt8(length)] + text.utf8 }
        var bytes: [UInt8] = [127]
        length -= 127
        while length >= 128 {
            bytes.append(UInt8(length & 127 | 128))
            length >>= 7
        }
        return bytes + [UInt8(length)] + text.utf8
    }
}

/// Bytes as hex digits; spaces are for the reader.
package func hex(_ text: String) -> [UInt8] {
    let digits = text.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
        UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
}

package func bigEndian(_ value: UInt32) -> [UInt8] {
    stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
}
