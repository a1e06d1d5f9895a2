/// An HTTP/2 error code (RFC 9113, section 7), by its number on the wire.
package struct HTTP2ErrorCode: RawRepresentable, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let noError = Self(rawValue: 0x0)
    package static let protocolError = Self(rawValue: 0x1)
    package static let internalError = Self(rawValue: 0x2)
    package static let streamClosed = Self(rawValue: 0x5)
    package static let refusedStream = Self(rawValue: 0x7)
    package static let cancel = Self(rawValue: 0x8)
    package static let enhanceYourCalm = Self(rawValue: 0xb)
}

/// The connection cannot go on: what its peer did, or what nghttp2 said of it.
package struct ConnectionFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// The names and sizes a session starts with.
package struct HTTP2Settings: Sendable, Hashable {
    /// Streams a client may have open on one connection. High, because lanes do the limiting:
    /// clients queue behind a low one where no fair share sees them.
    package var concurrentStreamsMax = 4_096
    /// What a peer may send on a stream before we have read it, in bytes.
    package var streamWindowBytes = 256 * 1_024
    /// The same for the whole connection.
    package var connectionWindowBytes = 4 * 1_024 * 1_024
    /// Name + value + 32 a field, summed (RFC 9113, section 6.5.2).
    package var headerListBytesMax = 16 * 1_024
    /// Fields in one header block.
    package var headerFieldsMax = 128
    /// Frames that may wait for a peer that does not read.
    package var outboundFramesMax = 5_000
    /// For tests: counts what nghttp2 allocates, and refuses some of it.
    package var memoryTrial: MemoryTrial?

    package init() {}
}
