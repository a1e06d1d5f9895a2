import Lanes
import Messages
import Models

/// What a call's own span says: whose it was and how it ended.
enum CallAttributes {
    static func list(_ trace: CallTrace) -> [OTLPKeyValue] {
        let (record, report) = (trace.record, trace.record.report)
        var attributes = Attributes()
        attributes.set("rpc.system.name", trace.wire)
        attributes.set("rpc.method", record.method)
        attributes.set("rpc.response.status_code", (record.reason?.code ?? .ok).name)
        attributes.set("error.type", record.reason?.errorType)
        attributes.set("laneway.reason", record.reason?.rawValue)
        set(&attributes, report.attribution)
        attributes.set("laneway.model", report.model)
        attributes.set("laneway.lane", report.lane)
        attributes.set("laneway.priority", report.priority.wireName)
        attributes.set("laneway.phase", report.phase.rawValue)
        attributes.set("laneway.attempts", report.attempts.count)
        attributes.set("laneway.queue_wait", report.queueWait)
        attributes.set("laneway.execution", report.execution)
        return attributes.list
    }

    private static func set(_ attributes: inout Attributes, _ whose: Attribution) {
        attributes.set("laneway.call_id", whose.callID)
        attributes.set("laneway.caller_id", whose.caller.callerID)
        attributes.set("laneway.uid", Int(whose.caller.uid))
        attributes.set("laneway.run_id", whose.runID)
        attributes.set("laneway.tool", whose.tool)
        attributes.set("user.id", whose.user)
    }
}

/// What an attempt's span says, by the conventions for generative AI.
enum AttemptAttributes {
    static func list(
        _ attempt: AttemptReport, _ trace: CallTrace, _ provider: ProviderIdentity
    ) -> [OTLPKeyValue] {
        var attributes = Attributes()
        GenAI.set(&attributes, attempt.target, provider)
        GenAI.set(&attributes, trace.asked)
        attributes.set("gen_ai.request.stream", trace.record.isStream)
        attributes.set("gen_ai.request.reasoning.level", attempt.target.effort?.rawValue)
        attributes.set("laneway.upstream_request_id", attempt.upstreamRequestID)
        attributes.set(
            "gen_ai.response.finish_reasons",
            attempt.finishReason.flatMap(GenAI.finishReason).map { [$0] } ?? [])
        attributes.set("gen_ai.response.time_to_first_chunk", attempt.firstChunkAfter)
        if let usage = attempt.usage { GenAI.set(&attributes, usage) }
        attributes.set("error.type", attempt.reason?.errorType)
        attributes.set("laneway.reason", attempt.reason?.rawValue)
        if attempt.httpStatus > 0 {
            attributes.set("http.response.status_code", attempt.httpStatus)
        }
        attributes.set("laneway.lane", attempt.lane)
        attributes.set("laneway.target", attempt.target.description)
        attributes.set("laneway.retry_after", attempt.retryAfter)
        return attributes.list
    }
}

extension Code {
    /// As gRPC spells it: RESOURCE_EXHAUSTED.
    var name: String {
        String(describing: self).reduce(into: "") { name, letter in
            if letter.isUppercase { name += "_" }
            name += letter.uppercased()
        }
    }
}
