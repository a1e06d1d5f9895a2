import Messages
import Testing

/// Details of a status are found by their type and survive a reader that knows fewer of them.
struct StatusDetailsTests {
    private let status = RPCStatusMessage(
        code: 8, message: "full",
        details: [
            AnyMessage(typeURL: "type.googleapis.com/other.Thing", value: [0xFF]),
            AnyMessage(packing: CallInfo(callID: "c")),
            AnyMessage(packing: ErrorInfo(reason: "QUEUE_FULL", domain: "laneway")),
        ])

    @Test func `a detail is found by its type`() throws {
        let arrived = try RPCStatusMessage(decoding: status.encoded())
        #expect(arrived.detail(ErrorInfo.self)?.reason == "QUEUE_FULL")
        #expect(arrived.detail(CallInfo.self)?.callID == "c")
        #expect(arrived.detail(RetryInfo.self) == nil)
    }

    @Test func `a packed message says its type as gRPC libraries do`() {
        #expect(status.details[1].typeURL == "type.googleapis.com/laneway.v1.CallInfo")
    }

    @Test func `a detail that cannot be read is an error when asked for directly`() {
        let broken = AnyMessage(typeURL: "x/laneway.v1.CallInfo", value: [0x0A])
        #expect(throws: DecodingFailure.self) { try broken.unpacked(CallInfo.self) }
    }

    @Test(arguments: [
        Duration.milliseconds(1_500), .zero, .nanoseconds(-1_500_000_001), .seconds(86_400),
    ])
    func `a span of time survives`(span: Duration) {
        #expect(DurationMessage(span).duration == span)
    }
}
