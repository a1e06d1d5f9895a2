import Clocks
import Lanes
import Synchronization
import Testing

@testable import Models

struct FailoverObserverTests {
    /// Keeps what it is told: bare errors and nothing else.
    private final class Watcher: FailoverObserver {
        let keepsPrompts = true
        private let seen = Mutex<[(error: any Error, to: Target)]>([])

        var hops: [(error: any Error, to: Target)] { seen.withLock { $0 } }

        func failedOver(_ error: any Error, to target: Target) {
            seen.withLock { $0.append((error, target)) }
        }
    }

    private struct Outer: ErrorWrapper {
        let underlying: any Error
    }

    /// A decorator that wraps whatever goes wrong once more.
    private final class Wrapping: Model {
        let inner: any Model
        init(_ inner: any Model) { self.inner = inner }
        var target: Target { inner.target }
        var capabilities: Capabilities { inner.capabilities }

        func generate(_ request: ModelRequest, for call: Call) async throws -> ModelResponse {
            do { return try await inner.generate(request, for: call) } catch {
                throw Outer(underlying: error)
            }
        }

        func stream(_ request: ModelRequest, for call: Call) async throws -> any ChunkStream {
            do { return try await inner.stream(request, for: call) } catch {
                throw Outer(underlying: error)
            }
        }
    }

    @Test func `attribution is recovered from a bare error, through three layers of wrappers`()
        async throws
    {
        let failure = ProviderFailure(
            .overloaded, "the engine is busy", httpStatus: 503, upstreamRequestID: "up-7")
        let bench = Bench([])
        let call = bench.call("a/m", id: "call-9", caller: "bot")
        let lane = try #require(bench.lanes.lane(provider: "a", model: "m"))
        let model = Wrapping(
            Wrapping(
                LaneModel(
                    Wrapping(ScriptedModel.failing("a/m", failure)), lane: lane,
                    limits: CallLimits().attempt(slow: false))))
        do {
            _ = try await model.generate(.hi, for: call)
            Issue.record("it should have failed")
        } catch {
            let report = try #require(error.callReport)
            #expect(report.attribution.callID == "call-9")
            #expect(report.attribution.caller == CallerKey(uid: 1000, callerID: "bot"))
            #expect(report.attribution.runID == "run-1")
            #expect(report.lane == "a")
            #expect(error.bare as? ProviderFailure == failure, "kind and message are unchanged")
            let record = try #require(FailoverRecord(error, to: Target(provider: "b", model: "m")))
            #expect(record.reason == .upstreamOverloaded)
            #expect(record.message == "the engine is busy")
        }
    }

    @Test func `each hop is told once, with whose call it was and why it moved`() async throws {
        let watcher = Watcher()
        let bench = Bench(
            [
                .failing("a/m", ProviderFailure(.credentials, "bad key", httpStatus: 401)),
                .failing("b/m", ProviderFailure(.firstChunkTimeout, "too slow")),
                ScriptedModel("c/m"),
            ], observers: [watcher])
        let call = bench.call("a/m,b/m,c/m", id: "call-1", persistPrompts: true)
        #expect(await bench.generated(call).text == "hello")
        let records = watcher.hops.compactMap { FailoverRecord($0.error, to: $0.to) }
        #expect(records.map { $0.from?.description } == ["a/m", "b/m"])
        #expect(records.map(\.to.description) == ["b/m", "c/m"])
        #expect(records.map(\.reason) == [.upstreamCredentials, .upstreamFirstChunkTimeout])
        #expect(records.allSatisfy { $0.report.attribution.callID == "call-1" })
        #expect(records[0].report.attempts.map(\.httpStatus) == [401])
        #expect(records[0].report.messages == ["user: hi there"])
        let quiet = bench.call("a/m,b/m,c/m", id: "call-2")
        #expect(await bench.generated(quiet).text == "hello")
        let later = watcher.hops.dropFirst(2).compactMap { FailoverRecord($0.error, to: $0.to) }
        #expect(later.map(\.reason) == [.targetCooling, .upstreamFirstChunkTimeout])
        #expect(later.allSatisfy { $0.report.messages.isEmpty })
    }

    @Test func `a target passed over on the way does not hide why the call moved`() async throws {
        let watcher = Watcher()
        let bench = Bench(
            [
                .failing(
                    "a/m", ProviderFailure(.firstChunkTimeout, "slow", upstreamRequestID: "u1")),
                .failing("b/m", ProviderFailure(.credentials, "bad key", httpStatus: 401)),
                ScriptedModel("c/m"),
            ], observers: [watcher])
        _ = await bench.generated(bench.call("b/m"))
        #expect(await bench.generated(bench.call("a/m,b/m,c/m")).text == "hello")
        let records = watcher.hops.compactMap { FailoverRecord($0.error, to: $0.to) }
        #expect(records.map { $0.from?.description } == ["a/m"])
        #expect(records.map(\.to.description) == ["c/m"])
        #expect(records.map(\.reason) == [.upstreamFirstChunkTimeout])
        #expect(records.first?.report.attempts.last?.upstreamRequestID == "u1")
    }

    @Test func `an error that was never attributed is nobody's`() {
        struct Plain: Error {}
        #expect(Plain().callReport == nil)
        #expect(FailoverRecord(Plain(), to: Target(provider: "a", model: "m")) == nil)
        let named = AttributedError(
            Plain(),
            CallReport(
                attribution: Attribution(callID: "x", caller: CallerKey(uid: 1, callerID: ""))))
        #expect("\(named)" == "\(Plain())")
    }
}
