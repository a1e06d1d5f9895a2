import Clocks
import Models
import NIOCore
import Packing

/// The chunks of one stream, read from upstream as they are asked for.
final class UpstreamStream: ChunkStream, @unchecked Sendable {
    // Sendable by hand: it is handed from the task that established it to the one that reads it, and
    // by the contract of `ChunkStream` only one task uses it at a time.
    private var reader: StreamReader
    private let errors: UpstreamErrors
    private let time: any TimeSource
    let backOff: Duration?
    /// The only hold on the connection: letting go of it closes upstream.
    private var body: AnswerBody?
    private var first: Chunk?

    init(
        _ body: AnswerBody, reader: StreamReader,
        errors: UpstreamErrors, backOff: Duration? = nil, time: any TimeSource
    ) {
        self.body = body
        self.reader = reader
        self.errors = errors
        self.backOff = backOff
        self.time = time
    }

    var upstreamRequestID: String {
        errors.requestID.isEmpty ? errors.redactor.requestID(reader.answerID) : errors.requestID
    }

    /// Waits for the first chunk, which the first `next` then gives out at once.
    func establish() async throws {
        first = try await pull()
    }

    func next() async throws -> Chunk? {
        if let first = first.take() { return first }
        return try await pull()
    }

    private func pull() async throws -> Chunk? {
        while true {
            switch reader.next() {
            case .needsBytes where body?.hasMore == true: try await readOn()
            case .needsBytes: try await read()
            case .chunk(let chunk):
                guard case .finish = chunk else { return chunk }
                await readToEnd()
                // What stands behind the end may show that all before it is wrong.
                if !reader.isSpoiled { return chunk }
            case .ended:
                body = nil
                return nil
            case .failed(let failure):
                body = nil
                throw failure
            }
        }
    }

    /// Reads what a small packed part unpacks to. It may be huge and say nothing, so it is read off
    /// the event loop, which would else turn to nobody's socket meanwhile: it runs all that is
    /// ready to run first, and a task that yields to it is ready at once.
    private func readOn() async throws {
        try await withTaskExecutorPreference(globalConcurrentExecutor) {
            while body?.hasMore == true, reader.needsBytes {
                try await read()
                await Task.yield()
            }
        }
    }

    private func read() async throws {
        do {
            let part = try await body?.next()
            // A cancelled body may end as if it were whole.
            try Task.checkCancellation()
            if let part {
                reader.feed(part.readableBytesUInt8Span)
            } else {
                body = nil
                reader.ended()
            }
        } catch {
            body = nil
            if Task.isCancelled || error is CancellationError { throw CancellationError() }
            broke(error)
        }
    }

    private func broke(_ error: any Error) {
        let what = "broke off its stream: \(TransportReason.describe(error))"
        switch error as? InflationFailure {
        case .some(let failure) where failure.isCutShort: reader.broke(errors.broken(what))
        case .some: reader.spoiled(errors.broken(what))
        case nil: reader.broke(errors.failure(.unreachable, "\(errors.provider) \(what)"))
        }
    }

    // MARK: Behind the end

    /// How long the end of the body may take after the last event. Servers send it right behind.
    private static let endWait: Duration = .milliseconds(250)

    /// Reads what is left of the body, which is only its end: a connection whose answer was read
    /// to the end is used again, any other is closed.
    private func readToEnd() async {
        if body == nil { return }
        let reading = Task { await skipRest() }
        let alarm = time.setAlarm(at: time.now + Self.endWait) { reading.cancel() }
        await withTaskCancellationHandler {
            await reading.value
        } onCancel: {
            reading.cancel()
        }
        time.clearAlarm(alarm)
        body = nil
    }

    private func skipRest() async {
        var bytesLeft = 64 * 1024
        do {
            while bytesLeft > 0, let part = try await body?.next() {
                bytesLeft -= part.readableBytes
            }
        } catch let failure as InflationFailure where !failure.isCutShort {
            broke(failure)
        } catch {
            // The answer is whole without it.
        }
    }
}
