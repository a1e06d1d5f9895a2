internal import Clocks
internal import Logging
internal import NIOCore
internal import RPC
internal import Wire

/// Moves bytes between one socket and its `Connection`: what was read goes in, what is to be sent
/// comes out once a read cycle or turn, in as few writes as may be.
final class ConnectionHandler: ChannelInboundHandler, ConnectionSink {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What one write to the socket carries, about.
    private static let writeBytes = 64 * 1_024
    /// For the client to close a connection that is finished.
    private static let lingerTime = TimeAmount.seconds(1)

    private let connection: any Connection
    private let executor: LoopExecutor
    /// How long the socket may take nothing before it is given up; nil for ever.
    private let stallTimeout: TimeAmount?
    private var stall: Scheduled<Void>?
    private var lingering: Scheduled<Void>?
    /// Told once, when the peer says its first word.
    private var onFirstBytes: (() -> Void)?
    private let logger: Logger
    private var context: ChannelHandlerContext?
    /// Read, and more than one turn had time for. The socket is not read meanwhile.
    private var rest = ByteBuffer()
    private var pieceLength = PieceLength()
    private var pacing = Pacing()
    /// Until it is over nothing more is taken.
    private var pause: Scheduled<Void>?
    private var isInReadCycle = false
    /// As the channel was last told, which begins with reading.
    private var isReading = true
    /// Used again for each write, once the socket has let go of it.
    private var output = ByteBuffer()
    private var isFlushScheduled = false
    /// A write may make the socket writable again, and so call back into `flush`.
    private var isWriting = false
    private var isClosing = false

    init(
        _ connection: any Connection, on executor: LoopExecutor, stallTimeout: TimeAmount? = nil,
        logger: Logger, onFirstBytes: (() -> Void)? = nil
    ) {
        self.connection = connection
        self.executor = executor
        self.stallTimeout = stallTimeout
        self.logger = logger
        self.onFirstBytes = onFirstBytes
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
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        onFirstBytes?()
        onFirstBytes = nil
        var bytes = unwrapInboundIn(data)
        if rest.readableBytes > 0 || pause != nil {
            rest.writeBuffer(&bytes)
        } else {
            let now = isInReadCycle ? executor.turns.now : executor.turns.begin()
            isInReadCycle = true
            take(bytes, at: now)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isInReadCycle = false
        flush()
    }

    /// Hands over what was read, as much as one turn has time for.
    private func take(_ bytes: ByteBuffer, at now: Instant) {
        var (taken, began) = (0, now)
        while taken < bytes.readableBytes, !isClosing {
            let piece = bytes.readableBytesSpan
                .extracting(droppingFirst: taken).extracting(first: pieceLength.bytes)
            do throws(ConnectionFailure) {
                try connection.receive(piece)
            } catch {
                return end(because: error)
            }
            taken += piece.byteCount
            let isSuspect = connection.isSuspect
            // Most of what is read is one piece, and nobody asks for the time.
            guard taken < bytes.readableBytes || isSuspect else { return }
            let now = executor.turns.now
            let elapsed = now - began
            pieceLength.adapt(to: elapsed)
            let isPauseDue = isSuspect && pacing.isOver(after: elapsed)
            if isPauseDue || executor.turns.isOver(at: now) {
                return leave(bytes, after: taken, isPauseDue: isPauseDue)
            }
            began = now
        }
    }

    private func leave(_ bytes: ByteBuffer, after taken: Int, isPauseDue: Bool) {
        rest = bytes
        rest.moveReaderIndex(forwardBy: taken)
        if isPauseDue {
            pause = executor.loop.assumeIsolated().scheduleTask(in: TimeAmount(Pacing.pause)) {
                self.pause = nil
                self.takeRest()
            }
        } else if rest.readableBytes > 0 {
            executor.later { self.takeRest() }
        }
        readAsAllowed()
    }

    private func takeRest() {
        let bytes = rest
        rest = ByteBuffer()
        take(bytes, at: executor.turns.now)
        readAsAllowed()
        flush()
    }

    /// A peer that does not read its answers is not read either: what it makes us queue is bounded
    /// by what it takes. Nor is one that has sent more than could be taken yet, or that is to pause.
    private func readAsAllowed() {
        guard let channel = context?.channel else { return }
        let isAllowed = channel.isWritable && rest.readableBytes == 0 && pause == nil
        guard isAllowed != isReading else { return }
        isReading = isAllowed
        try? channel.syncOptions?.setOption(.autoRead, value: isAllowed)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        let isWritable = context.channel.isWritable
        readAsAllowed()
        watchStall(context, isStalled: !isWritable)
        if isWritable { flush() }
    }

    /// A peer that reads nothing of its whole connection cannot be told anything either.
    private func watchStall(_ context: ChannelHandlerContext, isStalled: Bool) {
        stall?.cancel()
        stall = nil
        guard isStalled else { return }
        guard let stallTimeout else { return }
        stall = context.eventLoop.assumeIsolated().scheduleTask(in: stallTimeout) {
            self.logger.debug("connection ended", metadata: ["reason": "its peer reads nothing"])
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stall?.cancel()
        pause?.cancel()
        lingering?.cancel()
        // What was read and waits for its turn goes with it: a call that began after its
        // connection was lost would have nobody to end it.
        rest = ByteBuffer()
        connection.lost()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("connection failed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    /// Behind what the connection's calls have to do already, so that their answers go together.
    func flushSoon() {
        guard !isFlushScheduled, context != nil else { return }
        isFlushScheduled = true
        executor.later { self.flush() }
    }

    private func flush() {
        isFlushScheduled = false
        guard let context, !isWriting, !isClosing, context.channel.isActive else { return }
        do throws(ConnectionFailure) {
            try write(to: context)
        } catch {
            return end(because: error)
        }
        if connection.isFinished, rest.readableBytes == 0 { closeOnceWritten(context) }
    }

    private func write(to context: ChannelHandlerContext) throws(ConnectionFailure) {
        isWriting = true
        defer { isWriting = false }
        while context.channel.isWritable {
            try connection.fill(&output, limit: Self.writeBytes)
            if output.readableBytes == 0 { return }
            context.writeAndFlush(wrapOutboundOut(output), promise: nil)
            output.clear()
            if executor.turns.isOver { return executor.later { self.flush() } }
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
        written.futureResult.assumeIsolated().whenComplete { _ in self.linger(context) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer()), promise: written)
    }

    /// The client learns that this was all, and closes. Were it closed here at once, a client that
    /// is about to write, if only the answer to a ping, would see its connection break and drop what
    /// it has not read yet.
    private func linger(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        context.close(mode: .output, promise: nil)
        lingering = context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingerTime) {
            context.close(promise: nil)
        }
    }

    private func close(_ context: ChannelHandlerContext) {
        isClosing = true
        context.close(promise: nil)
    }
}
