/// The ten bytes before each message of ttrpc (its PROTOCOL.md, "Message Frame").
package struct TTRPCHeader: Sendable, Hashable {
    package var length: Int
    package var streamID: UInt32
    package var kind: UInt8
    package var flags: UInt8

    package static let bytes = 10
    /// The most that a frame may carry: 4 MiB, which is legal itself.
    package static let lengthMax = 4_194_304

    package init(length: Int, streamID: UInt32, kind: Kind, flags: Flags = []) {
        self.length = length
        self.streamID = streamID
        self.kind = kind.rawValue
        self.flags = flags.rawValue
    }

    /// Reads it where it lies: there is one for each message.
    ///
    /// - Parameter byte: each of its ten bytes by its place.
    init(_ byte: (Int) -> UInt8) {
        length = (0..<4).reduce(0) { $0 << 8 | Int(byte($1)) }
        streamID = (4..<8).reduce(0) { $0 << 8 | UInt32(byte($1)) }
        kind = byte(8)
        flags = byte(9)
    }

    /// What a frame is. Others may come one day, and are ignored.
    package enum Kind: UInt8, Sendable {
        case request = 1
        case response, data
    }

    /// Those of requests and those of data have bits of their own.
    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The sender sends nothing more on this stream.
        package static let remoteClosed = Flags(rawValue: 1)
        /// Of a request: data follow.
        package static let remoteOpen = Flags(rawValue: 2)
        /// Of data: there are none, not even an empty message.
        package static let noData = Flags(rawValue: 4)
    }

    package func has(_ flag: Flags) -> Bool { flags & flag.rawValue != 0 }
}

/// Cuts the bytes of a connection into frames of ttrpc. A frame that is too large is announced and
/// its body thrown away; the connection goes on.
package struct TTRPCDeframer: Sendable {
    private enum State {
        /// Bytes of a header, or a whole header and a part of its body.
        case gathering
        /// The rest of a body that nobody wants.
        case discarding(Int)
    }

    private var state = State.gathering
    /// The start of a frame whose rest has not arrived.
    private var partial: [UInt8] = []

    package init() {}

    /// A frame has begun whose end has not come.
    package var isInsideFrame: Bool {
        if case .discarding = state { return true }
        return !partial.isEmpty
    }

    /// Takes more bytes and hands out each frame that is whole. One that lies whole in `bytes` is
    /// handed out where it lies.
    ///
    /// - Throws: when a frame does not begin with a zero: its length would be over 16 MiB, which no
    ///   client of ttrpc sends, so what comes is something else.
    package mutating func feed(
        _ bytes: RawSpan, _ frame: (TTRPCHeader, RawSpan?) -> Void
    ) throws(ConnectionFailure) {
        var start = 0
        while start < bytes.byteCount {
            if case .discarding(let left) = state {
                let count = min(left, bytes.byteCount - start)
                state = count == left ? .gathering : .discarding(left - count)
                start += count
            } else if partial.isEmpty, let whole = wholeFrame(in: bytes, at: start) {
                try check(bytes[start])
                let body = start + TTRPCHeader.bytes
                start = body + whole.length
                frame(whole, bytes.extracting(body..<start))
            } else {
                start = try gather(from: bytes, at: start, frame)
            }
        }
    }

    /// The header of the frame that begins at `start`, if all of the frame is there.
    private func wholeFrame(in bytes: RawSpan, at start: Int) -> TTRPCHeader? {
        guard bytes.byteCount - start >= TTRPCHeader.bytes else { return nil }
        let header = TTRPCHeader { bytes[start + $0] }
        let isWhole = bytes.byteCount - start - TTRPCHeader.bytes >= header.length
        return isWhole && header.length <= TTRPCHeader.lengthMax ? header : nil
    }

    /// Moves what the frame begun still lacks, at most to its header's or its body's end.
    ///
    /// - Returns: where it stopped.
    private mutating func gather(
        from bytes: RawSpan, at start: Int, _ frame: (TTRPCHeader, RawSpan?) -> Void
    ) throws(ConnectionFailure) -> Int {
        if partial.isEmpty { try check(bytes[start]) }
        let end = min(start + wanted, bytes.byteCount)
        bytes.extracting(start..<end).withUnsafeBytes { partial.append(contentsOf: $0) }
        guard partial.count >= TTRPCHeader.bytes else { return end }
        let header = TTRPCHeader { partial[$0] }
        if header.length > TTRPCHeader.lengthMax {
            partial = []
            state = .discarding(header.length)
            frame(header, nil)
        } else if partial.count == TTRPCHeader.bytes + header.length {
            let whole = partial
            partial = []
            frame(header, whole.span.bytes.extracting(droppingFirst: TTRPCHeader.bytes))
        }
        return end
    }

    private var wanted: Int {
        guard partial.count >= TTRPCHeader.bytes else { return TTRPCHeader.bytes - partial.count }
        let length = TTRPCHeader { partial[$0] }.length
        return TTRPCHeader.bytes + length - partial.count
    }

    private func check(_ first: UInt8) throws(ConnectionFailure) {
        if first == 0 { return }
        throw ConnectionFailure(
            "ttrpc: a frame begins with \(first); the first byte of its length is 0, as a frame "
                + "carries at most \(TTRPCHeader.lengthMax) bytes")
    }
}
