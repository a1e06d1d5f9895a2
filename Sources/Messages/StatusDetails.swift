/// The details of a `google.rpc.Status`: messages packed into `google.protobuf.Any`.
extension RPCStatusMessage {
    /// The first detail of that type; nil when there is none, or it cannot be read.
    package func detail<M: WireMessage>(_: M.Type = M.self) -> M? {
        for packed in details {
            if let detail = try? packed.unpacked(M.self) { return detail }
        }
        return nil
    }
}

extension AnyMessage {
    /// The prefix every gRPC library writes; readers look only at what follows the last slash.
    private static let typePrefix = "type.googleapis.com/"

    /// Packs a message with the name of its type.
    package init<M: WireMessage>(packing message: M) {
        self.init(typeURL: Self.typePrefix + M.fullName, value: message.encoded())
    }

    /// The message inside; nil when it is of another type.
    ///
    /// - Throws: `DecodingFailure` when it is of that type but cannot be read.
    package func unpacked<M: WireMessage>(_: M.Type = M.self) throws(DecodingFailure) -> M? {
        guard typeURL.split(separator: "/").last == M.fullName[...] else { return nil }
        return try M(decoding: value)
    }
}

extension DurationMessage {
    private static let attosecondsPerNanosecond: Int64 = 1_000_000_000

    /// A span of time, cut to whole nanoseconds.
    public init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(
            seconds: Int(seconds), nanos: Int32(attoseconds / Self.attosecondsPerNanosecond))
    }

    /// The span of time.
    public var duration: Duration { .seconds(seconds) + .nanoseconds(nanos) }
}
