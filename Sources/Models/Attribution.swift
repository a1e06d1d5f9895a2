package import Lanes

/// Whose a call is. Made once when the call arrives and carried unchanged to its end.
package struct Attribution: Sendable, Hashable {
    /// The client's own id of the call, or one made when it arrived.
    package var callID: String
    /// The kernel-verified uid of the peer and the caller id it sent: who shares are reckoned by.
    package var caller: CallerKey
    /// The agent or skill run; empty if none was named.
    package var runID: String
    /// The end user the client named; empty if none.
    package var user: String
    /// The tool the client named; empty if none.
    package var tool: String
    /// The trace it is part of; nil where neither the client nor this daemon makes one.
    package var trace: TraceContext?

    package init(
        callID: String, caller: CallerKey, runID: String = "", user: String = "",
        tool: String = "", trace: TraceContext? = nil
    ) {
        self.callID = callID
        self.caller = caller
        self.runID = runID
        self.user = user
        self.tool = tool
        self.trace = trace
    }
}
