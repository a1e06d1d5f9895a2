import Glibc

extension Span<UInt8> {
    /// Where `byte` stands first, of the places from `start` up to `end`; `end` where it does not.
    func firstIndex(of byte: UInt8, from start: Int, to end: Int) -> Int {
        unsafe extracting(start..<end).withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base, CInt(byte), bytes.count)
            else { return end }
            return unsafe start + (UnsafeRawPointer(found) - base)
        }
    }
}

extension [UInt8] {
    mutating func append(contentsOf bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
