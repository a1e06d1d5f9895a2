import Clocks
import Testing

@testable import Models

/// What a call keeps of its attempts while it runs.
struct CallRecordTests {
    private let start = HandWoundTime().now
    private let target = Target(provider: "a", model: "m")
    private let limits = CallLimits().attempt(slow: false)

    @Test func `a corrective turn is an attempt that begins where the one before ends`() {
        var record = CallRecord(executionTimeout: nil)
        record.attemptStarted(at: start, waited: .seconds(2), limits: limits, isStream: false)
        record.attemptCorrected(
            on: target, "it is no JSON", usage: Usage(), at: start + .seconds(3))
        record.attemptEnded(on: target, at: start + .seconds(7)) { $0.finishReason = .stop }
        #expect(record.attempts.map(\.startedAt) == [start, start + .seconds(3)])
        #expect(record.attempts.map(\.duration) == [.seconds(3), .seconds(4)])
        #expect(record.attempts.map(\.queueWait) == [.seconds(2), .zero])
        #expect(record.attempts.map(\.reason) == [.outputSchemaInvalid, nil])
        #expect(record.attempts.map(\.finishReason) == [nil, .stop])
    }

    @Test func `the time of a first chunk is that of one attempt`() {
        var record = CallRecord(executionTimeout: nil)
        record.attemptStarted(at: start, waited: .zero, limits: limits, isStream: true)
        record.established(at: start + .seconds(1))
        record.attemptEnded(on: target, at: start + .seconds(2)) { _ in }
        let again = start + .seconds(3)
        record.attemptStarted(at: again, waited: .zero, limits: limits, isStream: true)
        record.attemptEnded(on: target, at: start + .seconds(4)) { _ in }
        #expect(record.attempts.map(\.firstChunkAfter) == [.seconds(1), nil])
    }
}
