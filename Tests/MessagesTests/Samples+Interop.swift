import Messages

extension Samples {
    /// What gRPC's interoperability tests send.
    static let interop = [
        Samples(InteropEmpty()),
        Samples(payload, InteropPayload()),
        Samples(status),
        Samples(
            InteropSimpleRequest(responseSize: 314_159, payload: payload, responseStatus: status),
            InteropSimpleRequest(responseSize: -1)),
        Samples(InteropSimpleResponse(payload: payload), InteropSimpleResponse()),
        Samples(InteropInputRequest(payload: payload), InteropInputRequest()),
        Samples(InteropInputResponse(aggregatedPayloadSize: .max)),
        Samples(InteropResponseParameters(size: 9, intervalUs: 2)),
        Samples(
            InteropOutputRequest(
                responseParameters: [InteropResponseParameters(size: 9, intervalUs: 2)],
                payload: payload, responseStatus: status),
            InteropOutputRequest(responseParameters: [InteropResponseParameters()])),
        Samples(InteropOutputResponse(payload: payload), InteropOutputResponse()),
    ]

    private static let payload = InteropPayload(body: [0, 255])
    private static let status = InteropStatus(code: 2, message: awkward)
}
