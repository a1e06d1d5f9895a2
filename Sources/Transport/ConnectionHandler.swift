internal import Logging
internal import NIOCore
internal import RPC
internal import Wire

/// Moves bytes between one socket and its `Connection`: what was read goes in, what is to be sent
/// comes out once a read cycle or loop tick, in as few writes as may be.
final class ConnectionHandler: ChannelInboundHandler, ConnectionSink {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What one write to the socket carries, about.
    private static let writeBytes = 64 * 1_024

    private let connection: any Connection
    /// How long the socket may take nothing before it is given up; nil for ever.
    private let stallTimeout: TimeAmount?
    private var stall: Scheduled<Void>?
    /// How long the peer may take to say the first word; nil for ever.
    private let silenceTimeout: TimeAmount?
    private var silence: Scheduled<Void>?
    private let logger: Logger
    private var context: ChannelHandlerContext?
    /// Used again for each write, once the socket has let go of it.
    private var output = ByteBuffer()
    private var isFlushScheduled = false
    /// A write may make the socket writable again, and so call back into `flush`.
    private var isWriting = false
    private var isClosing = false

    init(
        _ connection: any Connection, stallTimeout: TimeAmount? = nil,
        silenceTimeout: TimeAmount? = nil, logger: Logger
    ) {
        self.connection = connection
        self.stallTimeout = stallTimeout
        self.silenceTimeout = silenceTimeout
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection.sink = self
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        flush()  // our SETTINGS
        silence = end(context, after: silenceTimeout, because: "its peer says nothing")
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        if silence != nil { hearFirstBytes() }
        let bytes = unwrapInboundIn(data)
        do throws(ConnectionFailure) {
            try connection.receive(bytes.readableBytesSpan)
        } catch {
            end(because: error)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        // A peer that does not read its answers is not read either: what it makes us queue is
        // bounded by what it takes.
        let isWritable = context.channel.isWritable
        try? context.channel.syncOptions?.setOption(.autoRead, value: isWritable)
        watchStall(context, isStalled: !isWritable)
        if isWritable { flush() }
    }

    /// A peer that reads nothing of its whole connection cannot be told anything either.
    private func watchStall(_ context: ChannelHandlerContext, isStalled: Bool) {
        stall?.cancel()
        stall = nil
        guard isStalled else { return }
        stall = end(context, after: stallTimeout, because: "its peer reads nothing")
    }

    private func hearFirstBytes() {
        silence?.cancel()
        silence = nil
    }

    private func end(
        _ context: ChannelHandlerContext, after timeout: TimeAmount?, because reason: String
    ) -> Scheduled<Void>? {
        guard let timeout else { return nil }
        return context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            self.logger.debug("connection ended", metadata: ["reason": "\(reason)"])
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stall?.cancel()
        silence?.cancel()
        connection.lost()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("connection failed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    func flushSoon() {
        guard !isFlushScheduled, let context else { return }
        isFlushScheduled = true
        context.eventLoop.assumeIsolated().execute { self.flush() }
    }

    private func flush() {
        isFlushScheduled = false
        guard let context, !isWriting, !isClosing, context.channel.isActive else { return }
        do throws(ConnectionFailure) {
            try write(to: context)
        } catch {
            return end(because: error)
        }
        if connection.isFinished { closeOnceWritten(context) }
    }

    private func write(to context: ChannelHandlerContext) throws(ConnectionFailure) {
        isWriting = true
        defer { isWriting = false }
        while context.channel.isWritable {
            try connection.fill(&output, limit: Self.writeBytes)
            if output.readableBytes == 0 { return }
            context.writeAndFlush(wrapOutboundOut(output), promise: nil)
            output.clear()
        }
    }

    /// The peer broke the protocol: it is told why, as far as it still reads, and cut off.
    private func end(because failure: ConnectionFailure) {
        guard let context, !isClosing else { return }
        logger.debug("connection ended", metadata: ["reason": "\(failure)"])
        try? connection.fill(&output, limit: Self.writeBytes)
        if output.readableBytes > 0 {
            context.writeAndFlush(wrapOutboundOut(output), promise: nil)
            output.clear()
        }
        close(context)
    }

    /// What was written may still wait for the socket, and closing would drop it.
    private func closeOnceWritten(_ context: ChannelHandlerContext) {
        isClosing = true
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }

    private func close(_ context: ChannelHandlerContext) {
        isClosing = true
        context.close(promise: nil)
    }
}
