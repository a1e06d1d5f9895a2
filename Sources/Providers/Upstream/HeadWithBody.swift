import NIOCore
import NIOHTTP1

/// Sends the head of a request together with its body: the HTTP client flushes each by itself, which
/// costs us one more write and upstream one more read, and its first packet says nothing of use.
///
/// Stands before the encoder of each HTTP/1.1 connection to an upstream.
final class HeadWithBody: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private var endsWithHead = false

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head = unwrapOutboundIn(data) { endsWithHead = true } else { endsWithHead = false }
        context.write(data, promise: promise)
    }

    func flush(context: ChannelHandlerContext) {
        // A body follows, and all of ours lie in one buffer; the end of a request without one has
        // been written when the client flushes. Only where a head fills the channel by itself does
        // the client wait for room.
        if endsWithHead, context.channel.isWritable { return }
        context.flush()
    }
}
