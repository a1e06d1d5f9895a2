/// Base64 of `-bin` metadata: the standard alphabet, written without padding, read with or without
/// (gRPC over HTTP/2, "Binary headers").
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each digit; 255 for a byte that is none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    package static func encode(_ bytes: some Collection<UInt8>) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity((bytes.count * 4 + 2) / 3)
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                encoded.append(alphabet[Int(bits >> UInt32(bitCount) & 63)])
            }
        }
        if bitCount > 0 { encoded.append(alphabet[Int(bits << UInt32(6 - bitCount) & 63)]) }
        return encoded
    }

    /// - Returns: nil when the text is no base64.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let padding = UInt8(ascii: "=")
        let digits = Array(text)[...].trimmingSuffix(padding)
        let padCount = text.count - digits.count
        guard digits.count % 4 != 1, padCount == 0 || text.count % 4 == 0 && padCount <= 2 else {
            return nil
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(digits.count * 3 / 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for digit in digits {
            let value = values[Int(digit)]
            if value == 255 { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            }
        }
        return decoded
    }
}

extension ArraySlice<UInt8> {
    fileprivate func trimmingSuffix(_ byte: UInt8) -> ArraySlice<UInt8> {
        var trimmed = self
        while trimmed.last == byte { trimmed.removeLast() }
        return trimmed
    }
}
