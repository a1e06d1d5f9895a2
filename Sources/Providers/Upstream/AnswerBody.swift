import NIOCore
import Packing

/// The bytes of an answer as its server meant them, unpacked where they came packed. Dropping it
/// closes upstream.
///
/// The HTTP client could unpack them too, but it does so before its back-pressure: all that a read
/// unpacks to lies in memory at once, whether it is asked for or not, and its only bounds are ones
/// that honest answers break: on the ratio (a model that repeats itself packs 350 to 1) and on the
/// whole (streams may run for hours). Here a block is unpacked when it is asked for, so what bounds
/// plain lines, events and answers bounds packed ones.
struct AnswerBody {
    private let packed: Exchange
    private let inflater: Inflater?
    /// What came last from the network, as far as it is not unpacked yet.
    private var part = ByteBuffer()

    init(_ exchange: Exchange, _ coding: ContentCoding) {
        packed = exchange
        // An unknown coding is refused before anyone reads; only errors are looked at as they are.
        if case .packed(let format) = coding { inflater = Inflater(format) } else { inflater = nil }
    }

    /// Whether there is more of what has come: `next` waits for no network then. Whoever does more
    /// with it than put it aside should leave the event loop first.
    var hasMore: Bool { inflater?.hasMore == true }

    /// The next bytes, as they come; nil at the end.
    ///
    /// - Throws: `InflationFailure` when they cannot be unpacked, and what the HTTP client throws.
    mutating func next() async throws -> ByteBuffer? {
        guard let inflater else { return try await packed.next() }
        while true {
            if inflater.hasMore, let block = try await unpackElsewhere(inflater) { return block }
            guard let read = try await packed.next() else {
                try inflater.ended()
                return nil
            }
            part = read
            if let block = try inflater.next(from: &part) { return block }
        }
    }

    /// The first block of what a network read brought is unpacked at once. For further ones the
    /// task leaves the event loop, which others are waiting for.
    private mutating func unpackElsewhere(_ inflater: Inflater) async throws -> ByteBuffer? {
        try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try inflater.next(from: &part)
        }
    }
}
