internal import RPC

/// What goes with a call beside its request: a deadline and whose it is.
public struct CallOptions: Sendable, Hashable {
    /// The caller's own deadline, from now; nil for none.
    public var timeout: Duration?
    /// Who calls: with the uid, what fair shares are reckoned by.
    public var callerID = ""
    /// The agent or skill run the call belongs to.
    public var runID = ""
    /// The end user it is for.
    public var user = ""
    /// The tool that makes it.
    public var tool = ""
    /// An id of the client's own choosing; the daemon makes one otherwise.
    public var callID = ""
    /// W3C trace context.
    public var traceparent = ""

    /// No deadline and no names: the uid alone says who calls.
    public init() {}

    var metadata: Metadata {
        var metadata = Metadata()
        let fields = [
            ("laneway-caller-id", callerID), ("laneway-run-id", runID), ("laneway-user", user),
            ("laneway-tool", tool), ("laneway-call-id", callID), ("traceparent", traceparent),
        ]
        for (name, value) in fields where !value.isEmpty { metadata.append(name, value) }
        return metadata
    }
}
