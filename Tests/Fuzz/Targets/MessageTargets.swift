import Messages

extension FuzzTarget {
    /// The first byte of an input says which message it is.
    static let messages = FuzzTarget("messages", seeds: { try Recoder.seeds($0) }) { input in
        guard let selector = input.first else { return }
        Recoder.all[Int(selector) % Recoder.all.count].read(Array(input.dropFirst()))
    }
}

/// Decodes and encodes messages of one type.
struct Recoder: Sendable {
    let name: String
    private let recode: @Sendable ([UInt8]) throws(DecodingFailure) -> [UInt8]

    static func of<M: WireMessage>(_ type: M.Type) -> Recoder {
        Recoder(name: M.fullName) { bytes throws(DecodingFailure) in
            try M(decoding: bytes).encoded()
        }
    }

    /// What is taken is taken again in the form we write it, and that form is its own.
    func read(_ bytes: [UInt8]) {
        guard let once = try? recode(bytes) else { return }
        do throws(DecodingFailure) {
            let twice = try recode(once)
            require(once == twice, "\(name) is written as \(once), then as \(twice)")
        } catch {
            fatalError("\(name) is written as \(once), which is refused: \(error)")
        }
    }

    /// Every message of proto/.
    static let all: [Recoder] = [
        of(AnyMessage.self), of(Attempt.self), of(CallInfo.self), of(CallerShare.self),
        of(CancelRequest.self), of(CancelResponse.self), of(Capabilities.self),
        of(DurationMessage.self), of(ErrorInfo.self), of(ExtensionNumberResponse.self),
        of(ExtensionRequest.self), of(FileDescriptorResponse.self), of(Finish.self),
        of(GenerateRequest.self), of(GenerateResponse.self), of(HealthCheckRequest.self),
        of(HealthCheckResponse.self), of(HealthListRequest.self), of(HealthListResponse.self),
        of(ImagePart.self), of(InteropEmpty.self), of(InteropInputRequest.self),
        of(InteropInputResponse.self), of(InteropOutputRequest.self),
        of(InteropOutputResponse.self), of(InteropPayload.self),
        of(InteropResponseParameters.self), of(InteropSimpleRequest.self),
        of(InteropSimpleResponse.self), of(InteropStatus.self), of(InvalidOutput.self),
        of(JSONSchema.self), of(LaneStatus.self), of(ListLanesRequest.self),
        of(ListLanesResponse.self), of(ListModelsRequest.self), of(ListModelsResponse.self),
        of(ListServiceResponse.self), of(Message.self), of(ModelEntry.self), of(OTLPGauge.self),
        of(OTLPHistogram.self), of(OTLPHistogramPoint.self), of(OTLPKeyValue.self),
        of(OTLPMetric.self), of(OTLPMetricsRequest.self), of(OTLPNumberPoint.self),
        of(OTLPPartialSuccess.self), of(OTLPResource.self), of(OTLPResourceMetrics.self),
        of(OTLPResourceSpans.self), of(OTLPResponse.self), of(OTLPScope.self),
        of(OTLPScopeMetrics.self), of(OTLPScopeSpans.self), of(OTLPSpan.self),
        of(OTLPSpanEvent.self), of(OTLPSpanStatus.self), of(OTLPSum.self), of(OTLPText.self),
        of(OTLPTextList.self), of(OTLPTraceRequest.self), of(OTLPValue.self), of(Part.self),
        of(Queued.self), of(RPCStatusMessage.self), of(ReasoningDelta.self),
        of(ReasoningPart.self), of(ReflectedService.self), of(ReflectionErrorResponse.self),
        of(RefusalCount.self), of(ResolveModelRequest.self), of(ResolveModelResponse.self),
        of(ResolvedTarget.self), of(ResponseFormat.self), of(RetryInfo.self),
        of(ServerReflectionRequest.self), of(ServerReflectionResponse.self), of(Started.self),
        of(StreamResponse.self), of(TTRPCKeyValue.self), of(TTRPCRequest.self),
        of(TTRPCResponse.self), of(TextPart.self), of(Tool.self), of(ToolCallDelta.self),
        of(ToolCallPart.self), of(ToolChoice.self), of(ToolResultPart.self),
        of(UpdateLaneRequest.self), of(UpdateLaneResponse.self), of(Usage.self),
        of(WaitBucket.self), of(WaitHistogram.self), of(WatchLanesRequest.self),
        of(WatchLanesResponse.self),
    ]

    /// What Tests/differential/corpus.py has made, where it has: rows of (name length, name, byte
    /// length, bytes), the lengths in 32 bits, little-endian.
    static func seeds(_ sources: SeedSources) throws -> [[UInt8]] {
        let places = Dictionary(
            uniqueKeysWithValues: all.enumerated().map { ($1.name, UInt8($0)) })
        var rest = (sources.made("cases.bin") ?? [])[...]
        var seeds: [[UInt8]] = []
        while !rest.isEmpty {
            let name = String(decoding: takeBlock(&rest), as: UTF8.self)
            let bytes = takeBlock(&rest)
            if let place = places[name] { seeds.append([place] + bytes) }
        }
        return seeds
    }

    private static func takeBlock(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(4)
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
