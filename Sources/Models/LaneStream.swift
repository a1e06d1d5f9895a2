import Lanes
import Synchronization

/// The chunks of a stream that counts as open in its lane, until it finishes, fails or is let go.
final class LaneStream: ChunkStream {
    let inner: any ChunkStream
    private let open: Mutex<OpenStream?>

    init(_ inner: any ChunkStream, _ open: consuming OpenStream) {
        self.inner = inner
        self.open = Mutex(open)
    }

    deinit { end(used: nil) }

    var upstreamRequestID: String { inner.upstreamRequestID }
    var backOff: Duration? { inner.backOff }

    func next() async throws -> Chunk? {
        do {
            let chunk = try await inner.next()
            switch chunk {
            case .finish(_, let usage): end(used: TokensUsed(usage))
            case nil: end(used: nil)
            case .text, .reasoning, .toolCall: break
            }
            return chunk
        } catch {
            end(used: (error as? ProviderFailure)?.partialUsage.map(TokensUsed.init))
            throw error
        }
    }

    /// Taken out first, so that of all who call this one ends it.
    func end(used: TokensUsed?) {
        let mine = open.withLock { $0.take() }
        if let mine { mine.end(used: used) }
    }
}

/// A slot that a task outliving the caller gives back.
final class HeldSlot: Sendable {
    private let slot: Mutex<Slot?>

    init(_ slot: consuming Slot) {
        self.slot = Mutex(slot)
    }

    func release(used: TokensUsed?, _ strain: Strain) {
        let mine = slot.withLock { $0.take() }
        if let mine { mine.release(used: used, strain) }
    }
}
