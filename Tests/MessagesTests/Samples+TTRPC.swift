import Messages

extension Samples {
    /// The envelopes of ttrpc.
    static let ttrpc = [
        Samples(pair),
        Samples(
            TTRPCRequest(
                service: "laneway.v1.Laneway", method: awkward, payload: [0, 255],
                timeoutNano: -1, metadata: [pair, TTRPCKeyValue()]),
            TTRPCRequest()),
        Samples(
            TTRPCResponse(
                status: RPCStatusMessage(code: 8, message: awkward), payload: [1, 2, 3]),
            TTRPCResponse()),
    ]

    private static let pair = TTRPCKeyValue(key: "laneway-caller-id", value: awkward)
}
