import Clocks
import Logging
import NIOCore
import NIOEmbedded
import RPC
import Testing
import Wire

@testable import Transport

/// When what a connection has to say goes out.
@Suite final class FlushingTests {
    private let time = HandWoundTime()
    private let loop = EmbeddedEventLoop()
    private let executor: LoopExecutor
    private let connection = Speaker()
    private let channel: EmbeddedChannel

    init() throws {
        executor = LoopExecutor(LoopTurns(loop, time: time))
        let handler = ConnectionHandler(
            connection, on: executor,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        channel = EmbeddedChannel(handler: handler, loop: loop)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
    }

    deinit {
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    private final class Speaker: Connection {
        weak var sink: (any ConnectionSink)?
        private var bytes = 0
        let isFinished = false

        func say(bytes count: Int) {
            bytes += count
            sink?.flushSoon()
        }

        func receive(_ bytes: RawSpan) throws(ConnectionFailure) {}

        func fill(_ buffer: inout ByteBuffer, limit: Int) throws(ConnectionFailure) {
            buffer.writeRepeatingByte(1, count: bytes)
            bytes = 0
        }

        func lost() {}
    }

    /// How many bytes each write since the last time had.
    private func writes() throws -> [Int] {
        var found: [Int] = []
        while let written = try channel.readOutbound(as: ByteBuffer.self) {
            found.append(written.readableBytes)
        }
        return found
    }

    @Test func `what several calls say in a turn goes out in one write`() throws {
        for bytes in 1...3 {
            executor.later { self.connection.say(bytes: bytes) }
        }
        loop.run()
        #expect(try writes() == [6])
    }

    @Test func `what is said outside of a turn goes out before the loop sleeps`() throws {
        connection.say(bytes: 1)
        connection.say(bytes: 2)
        #expect(try writes() == [])
        loop.run()
        #expect(try writes() == [3])
    }

    @Test func `behind a turn that is over it waits for the sockets to be looked at`() throws {
        executor.later {
            self.connection.say(bytes: 1)
            self.time.advance(by: .milliseconds(1))
        }
        loop.run()
        #expect(try writes() == [])
        loop.advanceTime(by: .microseconds(20))
        #expect(try writes() == [1])
    }
}
