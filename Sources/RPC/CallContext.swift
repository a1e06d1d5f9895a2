package import Clocks
internal import NIOCore
internal import Synchronization

/// Who is at the other end of a connection, as the kernel says (SO_PEERCRED).
package struct Peer: Sendable, Hashable {
    package var uid: UInt32
    package var gid: UInt32
    /// At the time of the connect; a pid can be used again.
    package var pid: Int32

    package init(uid: UInt32, gid: UInt32, pid: Int32) {
        self.uid = uid
        self.gid = gid
        self.pid = pid
    }
}

/// How a call came: the wire it is answered on. The raw values are OpenTelemetry's words for it
/// (`rpc.system.name`).
package enum CallWire: String, Sendable, Hashable {
    case grpc, ttrpc
}

/// Why a call was ended from outside its handler.
package enum Interruption: Sendable, Hashable {
    /// RST_STREAM, or the connection is gone.
    case callerLeft
    /// The caller's own timeout has run out.
    case deadline
    /// The client does not read what is written for it.
    case slowConsumer
}

/// What a handler knows of its call beside the message.
package final class CallContext: Sendable {
    package let peer: Peer
    package let wire: CallWire
    package let metadata: Metadata
    package let arrived: Instant
    /// The client's timeout, reckoned from the arrival of its request; nil when the client set none.
    package let deadline: Instant?

    private let loop: any EventLoop

    private struct State {
        /// Held until the call ends, which ends the cycle between the two.
        var call: ServerCall?
        var interruption: Interruption?
        var observer: (@Sendable (Interruption) -> Void)?
    }
    private let state = Mutex(State())

    init(
        peer: Peer, wire: CallWire, metadata: Metadata, arrived: Instant, deadline: Instant?,
        loop: any EventLoop
    ) {
        self.loop = loop
        self.peer = peer
        self.wire = wire
        self.metadata = metadata
        self.arrived = arrived
        self.deadline = deadline
    }

    /// Why the call was ended from outside; nil while it was not.
    package var interruption: Interruption? { state.withLock { $0.interruption } }

    /// Calls `observer` when the call is interrupted, just before its task is cancelled; at once
    /// if that has happened already. One observer a call.
    package func onInterruption(_ observer: @escaping @Sendable (Interruption) -> Void) {
        let already = state.withLock { state in
            state.observer = state.interruption == nil ? observer : nil
            return state.interruption
        }
        if let already { observer(already) }
    }

    /// Sends the answer's headers at once, with metadata of the handler's own. Nothing once the first
    /// message is sent, and on ttrpc, whose answers have no headers. On the call's own executor.
    package func sendHeaders(_ metadata: Metadata) {
        state.withLock { $0.call }?.sendHeaders(with: metadata)
    }

    /// Sends metadata with the call's status, whatever that will be. On the call's own executor.
    package func setTrailers(_ metadata: Metadata) {
        state.withLock { $0.call }?.trailers = metadata
    }

    /// Cancels the task of the handler, from any thread. The call goes on: its handler says how it
    /// ends.
    package func stopHandler() {
        // Whoever interrupts the call cancels its task next: when a connection is lost with a thousand
        // calls, these need not be told once more, each by a piece of work of its own.
        let running = state.withLock { $0.interruption == nil ? $0.call : nil }
        guard let call = running else { return }
        loop.execute { call.cancelTask() }
    }

    func began(_ call: ServerCall) {
        state.withLock { $0.call = call }
    }

    func ended() {
        state.withLock { state in
            state.call = nil
            state.observer = nil
        }
    }

    /// The first cause stands.
    func interrupt(_ cause: Interruption) {
        let observer = state.withLock { state in
            guard state.interruption == nil else {
                return nil as (@Sendable (Interruption) -> Void)?
            }
            state.interruption = cause
            defer { state.observer = nil }
            return state.observer
        }
        observer?(cause)
    }
}
