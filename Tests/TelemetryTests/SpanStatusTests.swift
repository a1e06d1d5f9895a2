import Messages
import Models
import Testing

@testable import Telemetry

/// Which spans are in error: an attempt where it failed, a call where the failure was the server's.
struct SpanStatusTests {
    /// By the conventions for RPC these codes are a server's fault: UNKNOWN, DEADLINE_EXCEEDED,
    /// UNIMPLEMENTED, INTERNAL, UNAVAILABLE and DATA_LOSS.
    private static let serversFaults: Set<FailureReason> = [
        .callerDeadline, .executionTimeout, .noHealthyTarget, .chainExhausted, .shuttingDown,
        .internal, .upstreamUnreachable, .upstreamFirstChunkTimeout, .upstreamError,
        .upstreamOverloaded, .upstreamMalformed, .targetCooling,
    ]

    @Test(arguments: FailureReason.allCases)
    func `a call is in error where the server is to blame`(reason: FailureReason) throws {
        let call = try #require(Story.maker.spans(of: .of([], reason)).first)
        let isError = call.status?.code == .error
        #expect(isError == Self.serversFaults.contains(reason))
        #expect(call.status?.message ?? "" == "")
        #expect(call.attributes.shown["laneway.reason"] == "'\(reason.rawValue)'")
    }

    @Test(arguments: FailureReason.allCases)
    func `an attempt is in error where it failed, and not where its caller left`(
        reason: FailureReason
    ) throws {
        let attempt = try #require(Story.maker.spans(of: .of([.ran("gpu/m", reason)])).last)
        let isError = reason != .callerLeft
        #expect((attempt.status?.code == .error) == isError)
        #expect(attempt.status?.message ?? "" == "", "upstream's words stay out")
        let shown = attempt.attributes.shown
        #expect(shown["error.type"] == (isError ? "'\(reason.rawValue)'" : nil))
        #expect(shown["laneway.reason"] == "'\(reason.rawValue)'")
    }

    @Test func `what went well has no status`() {
        for span in Story.maker.spans(of: .of([.ran("gpu/m")])) {
            #expect(span.status?.code ?? .unset == .unset)
            #expect(span.attributes.shown["error.type"] == nil)
            #expect(span.attributes.shown["laneway.reason"] == nil)
        }
    }

    @Test func `a caller that left is no error, and is told`() throws {
        let spans = Story.maker.spans(of: .of([.ran("gpu/m", .callerLeft)], .callerLeft))
        #expect(spans.allSatisfy { $0.status?.code ?? .unset == .unset })
        #expect(spans[0].attributes.shown["rpc.response.status_code"] == "'CANCELLED'")
        #expect(spans[0].attributes.shown["error.type"] == nil)
    }

    @Test(arguments: [
        (FailureReason.queueFull, "RESOURCE_EXHAUSTED"), (.callerDeadline, "DEADLINE_EXCEEDED"),
        (.callerNotAllowed, "PERMISSION_DENIED"), (.unknownModel, "NOT_FOUND"),
        (.badRequest, "INVALID_ARGUMENT"), (.contentPolicy, "FAILED_PRECONDITION"),
        (.streamInterrupted, "ABORTED"), (.idempotencyConflict, "ALREADY_EXISTS"),
        (.internal, "INTERNAL"), (.chainExhausted, "UNAVAILABLE"),
    ]) func `a status has gRPC's name`(reason: FailureReason, name: String) throws {
        let call = try #require(Story.maker.spans(of: .of([], reason)).first)
        #expect(call.attributes.shown["rpc.response.status_code"] == "'\(name)'")
        #expect(call.attributes.shown["error.type"] == "'\(reason.rawValue)'")
    }
}
