/// gRPC's percent-encoding of `grpc-message`: every byte outside 0x20 to 0x7E, and the percent
/// sign, as %XX (gRPC over HTTP/2, "Status-Message").
package enum PercentEncoding {
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// - Parameter bytesMax: cuts the text so that its encoding is at most this long; never inside
    ///   an encoded byte or a UTF-8 character.
    package static func encode(_ text: String, bytesMax: Int = .max) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            let start = encoded.count
            for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
                append(byte, to: &encoded)
            }
            if encoded.count > bytesMax {
                encoded.removeSubrange(start...)
                break
            }
        }
        return encoded
    }

    private static func append(_ byte: UInt8, to encoded: inout [UInt8]) {
        if (0x20...0x7E).contains(byte), byte != UInt8(ascii: "%") {
            encoded.append(byte)
        } else {
            encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    /// Decodes; a percent sign that starts no %XX stands for itself, as the specification asks.
    package static func decode(_ bytes: some Collection<UInt8>) -> String {
        var decoded: [UInt8] = []
        var rest = Array(bytes)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let high = hexValue(rest[rest.startIndex]),
                let low = hexValue(rest[rest.startIndex + 1])
            {
                decoded.append(high << 4 | low)
                rest.removeFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }
}
