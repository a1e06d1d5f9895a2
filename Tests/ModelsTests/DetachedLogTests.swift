import Clocks
import Lanes
import Logging
import Synchronization
import Testing

@testable import Models

struct DetachedLogTests {
    @Test func `what a provider said of detached work is not logged: it may quote the prompt`() {
        let lines = Lines()
        let runs = DetachedRuns(logger: Logger(label: "test") { _ in Handler(lines: lines) })
        let call = Call(
            attribution: Attribution(callID: "c-1", caller: CallerKey(uid: 1, callerID: "")),
            model: "p/m", arrived: .now, deadline: nil)
        let failure = ProviderFailure(
            .badRequest, "p answered 400: cannot read canary-prompt", httpStatus: 400,
            upstreamRequestID: "req-9")
        runs.logFinished(call, Target(provider: "p", model: "m"), .failure(failure))
        let line = lines.all.first ?? ""
        #expect(line.contains("c-1") && line.contains("BAD_REQUEST") && line.contains("req-9"))
        #expect(!line.contains("canary"))
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        var all: [String] { lines.withLock { $0 } }

        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.add("\(event.message) \(event.metadata ?? [:])")
        }
    }
}
