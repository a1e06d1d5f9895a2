package import Wire

/// What a server needs from outside to run calls.
package struct ServerSettings: Sendable {
    package var http2 = HTTP2Settings()
    package var connection = ConnectionLimits()
    /// The largest request message taken, in bytes (`limits.message_bytes_max`).
    package var messageBytesMax = 4 * 1_024 * 1_024
    /// How long a handler whose caller's deadline has passed may take to say how far it got, before
    /// a bare DEADLINE_EXCEEDED is sent for it.
    package var deadlineGrace = Duration.milliseconds(250)
    /// How long a client may read nothing of an answer before its call is ended
    /// (`limits.slow_consumer_timeout`).
    package var slowConsumerTimeout = Duration.seconds(30)
    /// Why a peer may not call at all; nil for one that may. Asked once a connection; each of its
    /// calls is refused with it.
    package var refusal: @Sendable (Peer) -> RPCFailure? = { _ in nil }
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
