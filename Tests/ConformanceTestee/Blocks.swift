import Glibc

/// Bytes behind their length in 32 bits, little end first: how both the runner and corpus.py speak.
enum Blocks {
    /// The next block of the standard input; nil at its end.
    static func read() -> [UInt8]? {
        guard let length = read(byteCount: 4) else { return nil }
        return read(byteCount: length.reversed().reduce(0) { $0 << 8 | Int($1) })
    }

    /// Writes `mark`, then a block, to the standard output.
    static func write(_ bytes: [UInt8], after mark: [UInt8] = []) {
        let length = (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) }
        var rest = (mark + length + bytes)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes {
                Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count)
            }
            precondition(written > 0, "nobody reads what the testee writes")
            rest = rest.dropFirst(written)
        }
    }

    private static func read(byteCount: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < byteCount {
            let left = byteCount - bytes.count
            let piece = [UInt8](unsafeUninitializedCapacity: left) { buffer, count in
                count = max(0, Glibc.read(STDIN_FILENO, buffer.baseAddress, left))
            }
            if piece.isEmpty { return nil }
            bytes += piece
        }
        return bytes
    }
}
