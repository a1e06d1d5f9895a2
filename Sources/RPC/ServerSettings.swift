package import Wire

/// What a server needs from outside to run calls.
package struct ServerSettings: Sendable {
    package var http2 = HTTP2Settings()
    /// The largest request message taken, in bytes (`limits.message_bytes_max`).
    package var messageBytesMax = 4 * 1_024 * 1_024
    /// How long a handler whose caller's deadline has passed may take to say how far it got, before
    /// a bare DEADLINE_EXCEEDED is sent for it.
    package var deadlineGrace = Duration.milliseconds(250)
    /// Adds attribution to a failure that came from the wire itself: a broken message, a deadline.
    package var annotate: @Sendable (RPCFailure, CallContext) -> RPCFailure = { failure, _ in
        failure
    }

    /// What all headers of a request may come to, 32 bytes a field included
    /// (`limits.metadata_bytes_max`).
    package var metadataBytesMax: Int {
        get { http2.headerListBytesMax }
        set { http2.headerListBytesMax = newValue }
    }

    package init() {}
}
