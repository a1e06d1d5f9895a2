import Models
import Synchronization

/// The last hold on a stream, which a test lets go of when it wants to.
final class Held: Sendable {
    private let stream: Mutex<(any ChunkStream)?>

    init(_ stream: any ChunkStream) {
        self.stream = Mutex(stream)
    }

    func next() async throws -> Chunk? {
        try await stream.withLock { $0 }?.next()
    }

    func drop() {
        stream.withLock { $0 = nil }
    }
}
