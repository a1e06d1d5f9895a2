internal import Glibc
internal import NIOCore

/// Waits, in the listener's pipeline, while no connection can be accepted, as when the descriptors
/// are out: what is left in the backlog would have accept tried again at once, and again.
final class AcceptWatch: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let acceptor: Acceptor

    init(_ acceptor: Acceptor) {
        self.acceptor = acceptor
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let failure = error as? IOError else { return context.fireErrorCaught(error) }
        acceptor.failed(failure)
        if Self.isShortage(failure.errnoCode) { wait(context) }
    }

    private static func isShortage(_ code: CInt) -> Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(code)
    }

    private func wait(_ context: ChannelHandlerContext) {
        try? context.channel.syncOptions?.setOption(.autoRead, value: false)
        context.eventLoop.assumeIsolated().scheduleTask(in: Acceptor.pause) {
            if self.acceptor.isStopped { return }
            try? context.channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}
