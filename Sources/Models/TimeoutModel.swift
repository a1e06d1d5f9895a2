import Clocks

/// A model that must answer a generate within a time of its own. For providers marked `slow`, hosts
/// that load models and queue by themselves: their lane's clock is a minute longer, so that the
/// documented timeout is the one that fires. A stream passes through: it has other clocks.
package final class TimeoutModel: Model {
    package let inner: any Model
    package let generateTimeout: Duration

    package init(_ inner: any Model, generateTimeout: Duration) {
        self.inner = inner
        self.generateTimeout = generateTimeout
    }

    package var target: Target { inner.target }
    package var capabilities: Capabilities { inner.capabilities }
    package var answersAtOnce: Bool { inner.answersAtOnce }

    package func generate(_ request: ModelRequest, for call: Call) async throws -> ModelResponse {
        if inner.answersAtOnce { return try await inner.generate(request, for: call) }
        let latch = Latch<Result<ModelResponse, any Error>?>()
        // The clock is one for the whole chain: what earlier attempts ran is gone.
        let left = timeout(of: call) - call.report().execution
        let alarm = call.time.setAlarm(at: call.time.now + left) { latch.set(nil) }
        defer { call.time.clearAlarm(alarm) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [inner] in
                latch.set(await result(of: { try await inner.generate(request, for: call) }))
            }
            if let result = await latch.value() { return try result.get() }
            call.update { $0.limitReached = timeout(of: call) }
            call.interrupt(.executionTimeout)
            group.cancelAll()
            try? await group.waitForAll()
            throw CancellationError()
        }
    }

    package func stream(_ request: ModelRequest, for call: Call) async throws -> any ChunkStream {
        try await inner.stream(request, for: call)
    }

    /// The request's own execution clock overrides every provider's, and is the lane's to keep.
    private func timeout(of call: Call) -> Duration {
        call.executionTimeout.map { max($0, generateTimeout) } ?? generateTimeout
    }
}
