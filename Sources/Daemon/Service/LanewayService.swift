internal import Clocks
internal import Lanes
internal import Messages
internal import Models
internal import RPC

/// `laneway.v1.Laneway`: takes calls off the wire, has them run, and writes what came of them back.
/// One file for each of its RPCs.
///
/// A class: a struct of so many parts would be in the frame of each async function of it.
final class LanewayService: Sendable {
    let dispatcher: Dispatcher
    let calls: RunningCalls
    let time: any TimeSource
    let callIDs: CallIDs
    let ceilings: PriorityCeilings
    let persistPrompts: Bool
    /// nil where nothing is recorded.
    let usage: (any UsageSink)?
    /// nil where nothing is traced.
    let traces: (any TraceSink)?
    let answers = Answers()

    init(
        dispatcher: Dispatcher, calls: RunningCalls, time: any TimeSource, callIDs: CallIDs,
        ceilings: PriorityCeilings, persistPrompts: Bool, usage: (any UsageSink)? = nil,
        traces: (any TraceSink)? = nil
    ) {
        self.dispatcher = dispatcher
        self.calls = calls
        self.time = time
        self.callIDs = callIDs
        self.ceilings = ceilings
        self.persistPrompts = persistPrompts
        self.usage = usage
        self.traces = traces
    }

    var methods: [any Method] {
        [
            TypedMethod<Asked, Answer>(
                "/laneway.v1.Laneway/Generate",
                .unary { request, context throws(RPCFailure) in
                    try await self.generate(request, context)
                }),
            TypedMethod<Asked, StreamResponse>(
                "/laneway.v1.Laneway/Stream",
                .serverStreaming { request, writer, context throws(RPCFailure) in
                    try await self.stream(request, to: writer, context)
                }),
            TypedMethod<CancelRequest, CancelResponse>(
                "/laneway.v1.Laneway/Cancel",
                .unary { request, context throws(RPCFailure) in
                    try self.cancel(request, context)
                }),
        ]
    }

    /// Runs `body` as a call: known to the daemon while it lasts, ended by what interrupts it, its
    /// failure put into the wire's words.
    @inline(never)
    func run<Outcome>(
        _ asked: Asked, _ context: CallContext, isStream: Bool,
        _ body: (ModelRequest, Call) async throws(CallFailure) -> Outcome
    ) async throws(RPCFailure) -> Outcome {
        let (call, running) = try begin(asked, context)
        defer { ended(call, asked, context.wire, running, isStream: isStream) }
        do throws(CallFailure) {
            return try await body(try read(asked, for: call), call)
        } catch {
            throw RPCFailure(error)
        }
    }

    // Apart from the async function, whose frame would have room for all that is done here.
    @inline(never)
    private func begin(
        _ asked: Asked, _ context: CallContext
    ) throws(RPCFailure) -> (Call, RunningCalls.Running) {
        let call = try open(asked.request, context)
        let running: RunningCalls.Running
        do throws(Refusal) {
            running = try calls.begin(call)
        } catch {
            throw RPCFailure(CallFailure(error, report: call.report()))
        }
        context.onInterruption { call.interrupt(Models.Interruption($0)) }
        call.bind { context.stopHandler() }
        return (call, running)
    }

    @inline(never)
    private func ended(
        _ call: Call, _ asked: Asked, _ wire: CallWire,
        _ running: RunningCalls.Running, isStream: Bool
    ) {
        defer { running.end() }
        if usage == nil && traces == nil { return }
        let settings = AskedSettings(asked.request)
        let tell: @Sendable (UsageRecord) -> Void = { [usage, traces] record in
            usage?.callEnded(record)
            traces?.callEnded(
                CallTrace(record, arrived: call.arrived, asked: settings, wire: wire.rawValue))
        }
        tell(call.usageRecord(isStream: isStream))
        call.tellAfterlife(tell)
    }

    /// Refuses what is not a call yet.
    @inline(never)
    func refusal(
        _ reason: FailureReason, _ message: String, _ context: CallContext
    ) -> RPCFailure {
        RPCFailure(Refusal(reason, message), context, callID: callIDs.next)
    }

    @inline(never)
    private func read(_ asked: Asked, for call: Call) throws(CallFailure) -> ModelRequest {
        do throws(Refusal) {
            return try ModelRequest(asked.request)
        } catch {
            throw CallFailure(error, report: call.report())
        }
    }
}

extension Models.Interruption {
    init(_ cause: RPC.Interruption) {
        switch cause {
        case .callerLeft: self = .callerLeft
        case .deadline: self = .callerDeadline
        case .slowConsumer: self = .slowConsumer
        }
    }
}

extension AskedSettings {
    init(_ request: GenerateRequest) {
        self.init()
        maxOutputTokens = request.maxOutputTokens > 0 ? request.maxOutputTokens : nil
        temperature = request.temperature
        topP = request.topP
        seed = request.seed.map(Int64.init)
        wantsJSON = [.jsonObject, .jsonSchema].contains(request.responseFormat?.kind)
    }
}
