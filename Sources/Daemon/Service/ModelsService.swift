internal import Clocks
internal import Lanes
internal import Messages
internal import Models
internal import RPC

/// `laneway.v1.Models`: what can be asked for, and what it stands for.
struct ModelsService: Sendable {
    let dispatcher: Dispatcher
    let time: any TimeSource
    let callIDs: CallIDs

    var methods: [any Method] {
        [
            TypedMethod<ListModelsRequest, ListModelsResponse>(
                "/laneway.v1.Models/ListModels",
                .unary { _, context throws(RPCFailure) in list(context) }),
            TypedMethod<ResolveModelRequest, ResolveModelResponse>(
                "/laneway.v1.Models/ResolveModel",
                .unary { request, context throws(RPCFailure) in try resolve(request, context) }),
        ]
    }

    /// What the caller may not use is not listed.
    private func list(_ context: CallContext) -> ListModelsResponse {
        let caller = caller(context)
        let entries = dispatcher.catalog.entries { dispatcher.mayUse($0, caller) }
        return ListModelsResponse(models: entries.map(ModelEntry.init))
    }

    private func resolve(
        _ request: ResolveModelRequest, _ context: CallContext
    ) throws(RPCFailure) -> ResolveModelResponse {
        do throws(Refusal) {
            let targets = try dispatcher.catalog.resolve(request.model, at: time.now)
            try dispatcher.checkAllowed(targets.map(\.target), request.model, caller(context))
            return ResolveModelResponse(targets: targets.map(Messages.ResolvedTarget.init))
        } catch {
            throw RPCFailure(error, context, callID: callIDs.next)
        }
    }

    private func caller(_ context: CallContext) -> CallerKey {
        Attribution(context, fallbackID: callIDs.next).caller
    }
}

extension ModelEntry {
    init(_ entry: ModelCatalog.Entry) {
        self.init(
            name: entry.name, targets: entry.targets.map(\.description), tier: entry.isTier)
    }
}

extension Messages.ResolvedTarget {
    init(_ resolved: ModelCatalog.Resolved) {
        let target = resolved.target
        self.init(
            target: target.description, provider: target.provider, model: target.model,
            effort: target.effort?.rawValue ?? "", lane: resolved.laneName,
            capabilities: Messages.Capabilities(resolved.capabilities),
            coolingMs: resolved.coolsFor.map { max(1, $0.wholeMilliseconds) } ?? 0)
    }
}

extension Messages.Capabilities {
    init(_ can: Models.Capabilities) {
        self.init(
            contextWindowTokens: can.contextWindowTokens ?? 0, tools: can.tools,
            images: can.images, jsonSchema: can.jsonSchema, reasoning: can.reasoning)
    }
}
