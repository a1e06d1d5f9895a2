import Messages

/// Examples of what a telemetry collector is sent, and of its answer.
extension Samples {
    static let traces = [
        Samples(OTLPTraceRequest(resourceSpans: [resourceSpans, OTLPResourceSpans()])),
        Samples(
            OTLPResponse(partialSuccess: OTLPPartialSuccess(rejected: 1)),
            OTLPResponse(partialSuccess: OTLPPartialSuccess()), OTLPResponse()),
        Samples(
            OTLPPartialSuccess(rejected: .max, errorMessage: awkward),
            OTLPPartialSuccess(rejected: .min)),
        Samples(resource),
        Samples(scope),
        Samples(
            OTLPKeyValue(key: "", value: OTLPValue()), OTLPKeyValue(key: awkward),
            OTLPKeyValue(key: "k", value: OTLPValue(value: .intValue(0)))),
        Samples(
            OTLPValue(value: .stringValue("")), OTLPValue(value: .stringValue(awkward)),
            OTLPValue(value: .boolValue(false)), OTLPValue(value: .boolValue(true)),
            OTLPValue(value: .intValue(0)), OTLPValue(value: .intValue(.min)),
            OTLPValue(value: .doubleValue(-0.0)), OTLPValue(value: .doubleValue(-.infinity)),
            OTLPValue(value: .arrayValue(OTLPTextList())),
            OTLPValue(value: .arrayValue(texts)), OTLPValue()),
        Samples(texts),
        Samples(OTLPText(stringValue: awkward), OTLPText(stringValue: ""), OTLPText()),
        Samples(resourceSpans),
        Samples(scopeSpans),
        Samples(span, OTLPSpan(kind: .unrecognized(4), status: OTLPSpanStatus())),
        Samples(event),
        Samples(
            OTLPSpanStatus(message: awkward, code: .error), OTLPSpanStatus(code: .unrecognized(3))),
    ]

    static let metrics = [
        Samples(OTLPMetricsRequest(resourceMetrics: [resourceMetrics, OTLPResourceMetrics()])),
        Samples(resourceMetrics),
        Samples(scopeMetrics),
        Samples(
            metric(.gauge(gauge)), metric(.sum(sum)), metric(.histogram(histogram)),
            OTLPMetric(data: .gauge(OTLPGauge())), OTLPMetric()),
        Samples(gauge),
        Samples(sum, OTLPSum(aggregationTemporality: .delta)),
        Samples(histogram),
        Samples(number, OTLPNumberPoint(value: .asDouble(0)), OTLPNumberPoint(value: .asInt(0))),
        Samples(histogramPoint, OTLPHistogramPoint(sum: 0, min: 0, max: -0.0)),
    ]

    private static let texts = OTLPTextList(
        values: [OTLPText(stringValue: awkward), OTLPText(), OTLPText(stringValue: "")])
    private static let attributes = [
        OTLPKeyValue(key: "a", value: OTLPValue(value: .arrayValue(texts))), OTLPKeyValue(),
    ]
    private static let resource = OTLPResource(attributes: attributes)
    private static let scope = OTLPScope(name: "laneway", version: "1.2.3")

    private static let resourceSpans = OTLPResourceSpans(
        resource: resource, scopeSpans: [scopeSpans, OTLPScopeSpans()], schemaURL: "https://a/b")
    private static let scopeSpans = OTLPScopeSpans(
        scope: scope, spans: [span, OTLPSpan()], schemaURL: "https://c/d")
    private static let span = OTLPSpan(
        traceID: [UInt8](0...15), spanID: [UInt8](248...255), parentSpanID: [0, 1], name: awkward,
        kind: .client, startTimeUnixNano: 1, endTimeUnixNano: .max, attributes: attributes,
        events: [event, OTLPSpanEvent()], status: OTLPSpanStatus(code: .ok), flags: .max)
    private static let event = OTLPSpanEvent(
        timeUnixNano: 1 << 63, name: "exception", attributes: attributes)

    private static let resourceMetrics = OTLPResourceMetrics(
        resource: resource, scopeMetrics: [scopeMetrics, OTLPScopeMetrics()],
        schemaURL: "https://a/b")
    private static let scopeMetrics = OTLPScopeMetrics(
        scope: scope, metrics: [metric(.histogram(histogram)), OTLPMetric()],
        schemaURL: "https://c/d")
    private static let gauge = OTLPGauge(dataPoints: [number, OTLPNumberPoint()])
    private static let sum = OTLPSum(
        dataPoints: [number], aggregationTemporality: .cumulative, isMonotonic: true)
    private static let histogram = OTLPHistogram(
        dataPoints: [histogramPoint, OTLPHistogramPoint()], aggregationTemporality: .cumulative)
    private static let number = OTLPNumberPoint(
        startTimeUnixNano: 1, timeUnixNano: .max, value: .asInt(.min), attributes: attributes)
    private static let histogramPoint = OTLPHistogramPoint(
        startTimeUnixNano: 1, timeUnixNano: 2, count: .max, sum: 3.5,
        bucketCounts: [0, 1, .max], explicitBounds: [-0.0, .infinity], attributes: attributes,
        min: -.greatestFiniteMagnitude, max: .leastNonzeroMagnitude)

    private static func metric(_ data: OTLPMetric.Data) -> OTLPMetric {
        OTLPMetric(name: "calls", description: awkward, unit: "{call}", data: data)
    }
}
