import Clocks
import Logging
import NIOCore
import NIOEmbedded
import RPC
import Testing
import Wire

@testable import Transport

/// How much of what a peer has sent is taken at a time.
@Suite final class ReadingTests {
    private let time = HandWoundTime()
    private let connection: Taker
    private let channel: EmbeddedChannel

    init() throws {
        let loop = EmbeddedEventLoop()
        connection = Taker(time)
        let handler = ConnectionHandler(
            connection, on: LoopExecutor(LoopTurns(loop, time: time)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        channel = EmbeddedChannel(handler: handler, loop: loop)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
    }

    deinit {
        _ = try? channel.finish(acceptAlreadyClosed: true)
    }

    /// Takes bytes, and as much time for them as it is told to.
    private final class Taker: Connection {
        weak var sink: (any ConnectionSink)?
        let time: HandWoundTime
        var timeAPiece = Duration.zero
        var pieces: [Int] = []
        var fails = false
        var isFinished = false
        var isSuspect = false

        init(_ time: HandWoundTime) {
            self.time = time
        }

        func receive(_ bytes: RawSpan) throws(ConnectionFailure) {
            pieces.append(bytes.byteCount)
            time.advance(by: timeAPiece)
            if fails { throw ConnectionFailure("no") }
        }

        func fill(_ buffer: inout ByteBuffer, limit: Int) throws(ConnectionFailure) {}
        func lost() {}
    }

    /// Whether the socket would be read now.
    private var isRead: Bool {
        channel.options.last { $0.option is ChannelOptions.Types.AutoReadOption }?.value as? Bool
            ?? true
    }

    private func send(_ bytes: Int) throws {
        try channel.writeInbound(ByteBuffer(repeating: 1, count: bytes))
    }

    @Test func `what is taken quickly is taken at once`() throws {
        try send(5_000)
        #expect(connection.pieces == [2_048, 2_048, 904])
        #expect(isRead)
    }

    @Test func `what takes longer than a turn is gone on with in the next, and no more is read`()
        throws
    {
        connection.timeAPiece = .milliseconds(1)
        try send(5_000)
        #expect(connection.pieces == [2_048])
        #expect(!isRead)
        channel.embeddedEventLoop.run()
        #expect(connection.pieces == [2_048, 256], "a shorter one, since the first took so long")
        connection.timeAPiece = .zero
        channel.embeddedEventLoop.advanceTime(by: .microseconds(20))
        #expect(connection.pieces == [2_048, 256, 256, 512, 1_024, 904])
        #expect(isRead)
    }

    @Test func `what a suspect sends is taken with pauses, and its socket is not read in them`()
        throws
    {
        connection.isSuspect = true
        connection.timeAPiece = .microseconds(60)
        try send(5_000)
        #expect(connection.pieces == [2_048, 2_048])
        #expect(!isRead)
        channel.embeddedEventLoop.advanceTime(by: .microseconds(999))
        #expect(connection.pieces == [2_048, 2_048])
        channel.embeddedEventLoop.advanceTime(by: .microseconds(1))
        #expect(connection.pieces == [2_048, 2_048, 904])
        #expect(isRead)
    }

    @Test func `a suspect that sends a little at a time pauses all the same, and loses nothing`()
        throws
    {
        connection.isSuspect = true
        connection.timeAPiece = .microseconds(100)
        try send(10)
        #expect(!isRead)
        try send(20)
        try send(30)
        #expect(connection.pieces == [10])
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(connection.pieces == [10, 50])
        #expect(!isRead)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(connection.pieces == [10, 50])
        #expect(isRead)
    }

    @Test func `nothing of a suspect is taken once its connection is lost in a pause`() throws {
        connection.isSuspect = true
        connection.timeAPiece = .microseconds(100)
        try send(5_000)
        channel.close(promise: nil)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(2))
        #expect(connection.pieces == [2_048])
    }

    @Test func `what comes behind bytes that wait waits behind them`() throws {
        connection.timeAPiece = .milliseconds(1)
        try send(2_049)
        try send(10)
        #expect(connection.pieces == [2_048])
        channel.embeddedEventLoop.run()
        #expect(connection.pieces == [2_048, 11])
        #expect(isRead)
    }

    @Test func `what waits behind a breach is not taken`() throws {
        connection.timeAPiece = .milliseconds(1)
        try send(5_000)
        connection.fails = true
        channel.embeddedEventLoop.run()
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(connection.pieces == [2_048, 256])
        #expect(!channel.isActive)
    }

    @Test func `a connection that is finished ends behind what waits`() throws {
        connection.timeAPiece = .milliseconds(1)
        connection.isFinished = true
        try send(2_048 + 256 + 1)
        channel.embeddedEventLoop.run()
        #expect(connection.pieces == [2_048, 256])
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .microseconds(20))
        #expect(connection.pieces == [2_048, 256, 1])
        #expect(!channel.isActive)
    }

    @Test func `what waits when the connection is lost is not taken`() throws {
        connection.timeAPiece = .milliseconds(1)
        try send(5_000)
        channel.close(promise: nil)
        channel.embeddedEventLoop.run()
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(connection.pieces == [2_048])
    }
}
