import Clocks
import NIOCore
import NIOEmbedded
import RPC
import Wire

/// A server's connection that an input plays the client of: no socket, a loop and a clock that move
/// only when told to.
final class FuzzConnection: ConnectionSink {
    /// What a client does.
    enum Step: Equatable {
        case send([UInt8])
        /// Runs what can run, and reads what the server has to say.
        case read
        case wind(Duration)
        case drain

        var isWind: Bool { if case .wind = self { true } else { false } }
    }

    private let service = FuzzService()
    private let time = HandWoundTime(startingAt: .now)
    private let loop = EmbeddedEventLoop()
    private let server: ServerConnection
    private var sent: [UInt8] = []
    private var received = 0
    private var failure: ConnectionFailure?
    private var spokeAfterEnd = false

    init() {
        var settings = ServerSettings()
        // Small, so that small inputs reach it.
        settings.messageBytesMax = 64 * 1_024
        server = ServerConnection(
            peer: Peer(uid: 1, gid: 1, pid: 1), router: Router(service.methods),
            settings: settings, executor: LoopExecutor(LoopTurns(loop, time: time)), time: time)
        server.sink = self
    }

    func flushSoon() {}

    /// What the server said to it all, why it ended the connection, and what it did.
    struct Outcome: Equatable {
        var sent: [UInt8]
        var failure: ConnectionFailure?
        var handlersBegun: Int

        /// nghttp2 1.52 counts the reads that a CONTINUATION's header comes in rather than the
        /// frames: who sends it in nine pieces is cut off for too many of them.
        var countsReads: Bool {
            failure?.description.contains("Too many CONTINUATION frames") == true
        }
    }

    /// Takes the steps, hangs up, and sees that nothing is left of the client.
    ///
    /// - Parameter cuts: what is sent goes in pieces; nil sends it whole.
    static func play(_ steps: [Step], cuts: Cuts? = nil) -> Outcome {
        let connection = played(steps, cuts)
        return Outcome(
            sent: connection.sent, failure: connection.failure,
            handlersBegun: connection.service.begun)
    }

    /// Whether the client says GOAWAY where nothing is open, and then more. In one read nghttp2 looks
    /// at all of it, and says where it is broken; at a read after the end it does not look.
    static func speaksAfterEnd(_ steps: [Step]) -> Bool { played(steps, nil).spokeAfterEnd }

    private static func played(_ steps: [Step], _ cuts: Cuts?) -> FuzzConnection {
        let connection = FuzzConnection()
        var cuts = cuts
        for step in steps where connection.failure == nil {
            if case .send(let bytes) = step, let pieces = cuts?.pieces(of: bytes[...]) {
                for piece in pieces { connection.take(.send(piece)) }
            } else {
                connection.take(step)
            }
        }
        connection.read()
        connection.hangUp()
        return connection
    }

    private func take(_ step: Step) {
        switch step {
        case .send(let bytes): send(bytes)
        case .read: read()
        case .wind(let duration): time.advance(by: duration)
        case .drain: server.drain()
        }
    }

    private func send(_ bytes: [UInt8]) {
        guard failure == nil else { return }
        received += bytes.count
        if server.isFinished { spokeAfterEnd = true }
        do throws(ConnectionFailure) {
            try server.receive(bytes.span.bytes)
        } catch {
            failure = error
        }
    }

    private func read() {
        loop.run()
        var buffer = ByteBuffer()
        do throws(ConnectionFailure) {
            repeat {
                buffer.clear()
                try server.fill(&buffer, limit: 65_536)
                sent += buffer.readableBytesView
                loop.run()
            } while buffer.readableBytes > 0
        } catch {
            failure = failure ?? error
        }
    }

    private func hangUp() {
        server.lost()
        loop.run()
        require(server.openCalls == 0, "\(server.openCalls) calls are left of a lost connection")
        require(service.running == 0, "\(service.running) handlers run for a lost connection")
        // The largest answer to the smallest request is some hundred bytes to a dozen.
        let sentMax = 65_536 + received * 64
        require(sent.count <= sentMax, "\(received) bytes were answered with \(sent.count)")
    }
}
