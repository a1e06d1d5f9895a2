/// Why the bytes of a gRPC stream are no messages.
package enum DeframingFailure: Error, Sendable, Hashable {
    /// The prefix announces more than this daemon takes. Known before anything is buffered.
    case tooLarge(bytes: Int, limit: Int)
    /// The flag byte is neither 0 nor 1.
    case badFlag(UInt8)
}

/// Cuts the DATA bytes of one stream into length-prefixed messages (gRPC over HTTP/2,
/// "Length-Prefixed-Message"): frames may split a message anywhere, or hold many.
package struct GRPCDeframer: Sendable {
    package static let prefixBytes = 5

    /// The largest message taken, in bytes.
    private let messageBytesMax: Int
    /// The start of a message whose rest has not arrived, prefix included.
    private var partial: [UInt8] = []

    package init(messageBytesMax: Int) {
        self.messageBytesMax = messageBytesMax
    }

    /// True when the bytes so far end inside a message.
    package var isInsideMessage: Bool { !partial.isEmpty }

    /// Takes more bytes and hands out each message that is whole. A message that lies whole in
    /// `bytes` is handed out where it lies.
    ///
    /// - Parameter message: its bytes, and whether they are compressed.
    package mutating func feed(
        _ bytes: RawSpan, _ message: (RawSpan, Bool) -> Void
    ) throws(DeframingFailure) {
        var start = 0
        while start < bytes.byteCount {
            if partial.isEmpty, let length = try wholeMessage(in: bytes, at: start) {
                let end = start + Self.prefixBytes + length
                message(bytes.extracting(start + Self.prefixBytes..<end), bytes[start] == 1)
                start = end
                continue
            }
            start = try takePartial(from: bytes, at: start)
            if try isPartialWhole() { deliverPartial(to: message) }
        }
    }

    /// The length of the message that begins at `start`, if all of it is there.
    private func wholeMessage(
        in bytes: RawSpan, at start: Int
    ) throws(DeframingFailure) -> Int? {
        guard bytes.byteCount - start >= Self.prefixBytes else { return nil }
        let length = try length(
            flag: bytes[start], bytes[start + 1], bytes[start + 2], bytes[start + 3],
            bytes[start + 4])
        return bytes.byteCount - start - Self.prefixBytes >= length ? length : nil
    }

    /// Moves what the message begun still lacks; at most up to its end, or to the prefix's end
    /// while the prefix itself is not whole. Returns where it stopped.
    private mutating func takePartial(
        from bytes: RawSpan, at start: Int
    ) throws(DeframingFailure) -> Int {
        let wanted =
            partial.count < Self.prefixBytes
            ? Self.prefixBytes - partial.count
            : Self.prefixBytes + (try partialLength()) - partial.count
        let end = min(start + wanted, bytes.byteCount)
        bytes.extracting(start..<end).withUnsafeBytes { partial.append(contentsOf: $0) }
        return end
    }

    private func isPartialWhole() throws(DeframingFailure) -> Bool {
        guard partial.count >= Self.prefixBytes else { return false }
        return partial.count == Self.prefixBytes + (try partialLength())
    }

    private mutating func deliverPartial(to message: (RawSpan, Bool) -> Void) {
        let whole = partial
        partial = []
        message(whole.span.bytes.extracting(droppingFirst: Self.prefixBytes), whole[0] == 1)
    }

    private func partialLength() throws(DeframingFailure) -> Int {
        try length(flag: partial[0], partial[1], partial[2], partial[3], partial[4])
    }

    /// The message's length, refused here when it is over the limit or its flag is no flag.
    private func length(
        flag: UInt8, _ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8
    ) throws(DeframingFailure) -> Int {
        if flag > 1 { throw .badFlag(flag) }
        let length = Int(a) << 24 | Int(b) << 16 | Int(c) << 8 | Int(d)
        if length > messageBytesMax { throw .tooLarge(bytes: length, limit: messageBytesMax) }
        return length
    }
}

extension RawSpan {
    subscript(offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }
}
