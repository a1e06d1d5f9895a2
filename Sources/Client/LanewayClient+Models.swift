public import Messages

/// What can be asked for.
extension LanewayClient {
    /// Every tier, then every target that tiers hold, as far as this user may use them. Other targets
    /// may exist: most providers take any name.
    ///
    /// - Throws: `CallError`.
    public func models() async throws(CallError) -> [ModelEntry] {
        let answer: ListModelsResponse = try await ask(
            "/laneway.v1.Models/ListModels", ListModelsRequest())
        return answer.models
    }

    /// What a name stands for right now, in the order the targets are tried.
    ///
    /// - Parameter model: a tier, a target or a chain, as in `GenerateRequest.model`.
    /// - Throws: `CallError`, NOT_FOUND for a name that stands for nothing, INVALID_ARGUMENT for one
    ///   that cannot be read.
    public func resolve(_ model: String) async throws(CallError) -> [ResolvedTarget] {
        let answer: ResolveModelResponse = try await ask(
            "/laneway.v1.Models/ResolveModel", ResolveModelRequest(model: model))
        return answer.targets
    }

    /// Ends a running or waiting call of this user, whichever client sent it.
    ///
    /// - Parameter callID: the id it was sent with, or `CallInfo.call_id`.
    /// - Returns: whether there was such a call.
    /// - Throws: `CallError`.
    @discardableResult
    public func cancel(callID: String) async throws(CallError) -> Bool {
        let answer: CancelResponse = try await ask(
            "/laneway.v1.Laneway/Cancel", CancelRequest(callID: callID))
        return answer.found
    }
}
