internal import Glibc
internal import Logging
internal import NIOCore

/// Waits, in the listener's pipeline, while no connection can be accepted, as when the descriptors
/// are out: what is left in the backlog would have accept tried again at once, and again. Says so
/// once, and again after one was accepted.
final class AcceptWatch: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.seconds(1)

    private let logger: Logger
    private var isFailing = false

    init(_ logger: Logger) {
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isFailing = false
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let failure = error as? IOError, Self.isShortage(failure.errnoCode) else {
            return context.fireErrorCaught(error)
        }
        if !isFailing {
            logger.warning(
                "connections not accepted",
                metadata: ["error": "\(failure)", "retry": "every second"])
        }
        isFailing = true
        wait(context)
    }

    private static func isShortage(_ code: CInt) -> Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    }

    private func wait(_ context: ChannelHandlerContext) {
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            try? context.channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}
