internal import Glibc
internal import Transport

/// The listening socket: the service manager's where it gave one, else our own.
struct Listener: Sendable {
    let descriptor: CInt
    /// For people: the path, or who gave the socket.
    let place: String
    /// nil for the service manager's.
    private let owner: SocketOwner?

    init(
        _ socket: Configuration.Socket, takingOver: Bool, environment: [String: String]
    ) async throws(SocketError) {
        let inherited = try SocketActivation.inherited(environment: environment, pid: getpid())
        if let first = inherited.first {
            descriptor = first.descriptor
            place = "the service manager's socket \(first.name)"
            owner = nil
            return
        }
        let owner =
            try await takingOver
            ? SocketOwner.takeOver(socket.path, access: socket.access)
            : SocketOwner.claim(socket.path, access: socket.access)
        guard let descriptor = owner.takeDescriptor() else {
            throw SocketError(.system, "the socket at \(socket.path) was taken twice")
        }
        self.descriptor = descriptor
        self.owner = owner
        place = socket.path.description
    }

    /// Whether it is the service manager's, where connections wait for the next daemon.
    var isInherited: Bool { owner == nil }

    /// Lets another daemon take the path, and waits until it has.
    ///
    /// - Returns: false when nobody came.
    func handOver() async -> Bool {
        guard let owner, await owner.handOver() else { return false }
        // Who found the old socket at the path just before is on its way into its backlog, and on
        // a busy host the loop may be late to accept it.
        let deadline = ContinuousClock.now + .seconds(2)
        repeat {
            try? await Task.sleep(for: .milliseconds(100))
        } while hasBacklog && .now < deadline && !Task.isCancelled
        return true
    }

    private var hasBacklog: Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&polled, 1, 0) == 1
    }

    func close() { owner?.close() }
}
