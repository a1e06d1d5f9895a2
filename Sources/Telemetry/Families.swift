import Messages

/// What tells the series of a metric from one another.
protocol SeriesKey: Hashable, Sendable {
    func attributes(_ providers: [String: ProviderIdentity]) -> [OTLPKeyValue]
}

/// One metric with a series for each key. Their number is bounded: keys hold names that clients
/// give. What is over the bound is in one series more.
struct Family<Key: SeriesKey, Series: Sendable>: Sendable {
    let name: String
    let unit: String
    let help: String
    private let empty: Series
    private var series: [Key: Series] = [:]
    private var overflow: Series?

    init(_ name: String, unit: String, help: String, empty: Series) {
        self.name = name
        self.unit = unit
        self.help = help
        self.empty = empty
    }

    mutating func update(_ key: Key, _ change: (inout Series) -> Void) {
        let fresh = empty
        if series[key] != nil || series.count < TelemetryLimits.seriesMax {
            change(&series[key, default: fresh])
        } else {
            var over = overflow ?? fresh
            change(&over)
            overflow = over
        }
    }

    /// Each series with its attributes.
    func points(_ providers: [String: ProviderIdentity]) -> [(Series, [OTLPKeyValue])] {
        var points = series.map { ($0.value, $0.key.attributes(providers)) }
        if let overflow {
            var attributes = Attributes()
            attributes.set("otel.metric.overflow", true)
            points.append((overflow, attributes.list))
        }
        return points
    }
}

/// How often what came, since the daemon began.
struct Distribution: Sendable, Hashable {
    let bounds: [Double]
    private(set) var counts: [UInt64]
    private(set) var sum = 0.0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = [UInt64](repeating: 0, count: bounds.count + 1)
    }

    mutating func add(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    /// What was counted elsewhere in the same buckets.
    mutating func add(_ others: [Int], sum: Double) {
        for (place, count) in others.enumerated() { counts[place] += UInt64(count) }
        self.sum += sum
    }
}

/// From when to when what is exported was counted, in nanoseconds since 1970.
struct Window: Sendable {
    let start: UInt64
    let end: UInt64
}

extension Family where Series == Distribution {
    /// nil while there is nothing to tell.
    func metric(_ window: Window, _ providers: [String: ProviderIdentity]) -> OTLPMetric? {
        let points = points(providers).map { series, attributes in
            OTLPHistogramPoint(series, window, attributes)
        }
        if points.isEmpty { return nil }
        return OTLPMetric(name: name, description: help, unit: unit, histogram: points)
    }
}

extension Family where Series == Int {
    /// nil while there is nothing to tell.
    func metric(_ window: Window, _ providers: [String: ProviderIdentity]) -> OTLPMetric? {
        let points = points(providers).map { OTLPNumberPoint($0, window, $1) }
        if points.isEmpty { return nil }
        return OTLPMetric(name: name, description: help, unit: unit, counter: points)
    }
}

// MARK: - In the words of OTLP

extension OTLPMetric {
    init(name: String, description: String, unit: String, histogram: [OTLPHistogramPoint]) {
        self.init(
            name: name, description: description, unit: unit,
            data: .histogram(
                OTLPHistogram(dataPoints: histogram, aggregationTemporality: .cumulative)))
    }

    init(name: String, description: String, unit: String, counter: [OTLPNumberPoint]) {
        self.init(
            name: name, description: description, unit: unit,
            data: .sum(
                OTLPSum(
                    dataPoints: counter, aggregationTemporality: .cumulative, isMonotonic: true)))
    }

    init(name: String, description: String, unit: String, gauge: [OTLPNumberPoint]) {
        self.init(
            name: name, description: description, unit: unit,
            data: .gauge(OTLPGauge(dataPoints: gauge)))
    }
}

extension OTLPHistogramPoint {
    init(_ series: Distribution, _ window: Window, _ attributes: [OTLPKeyValue]) {
        self.init(
            startTimeUnixNano: window.start, timeUnixNano: window.end,
            count: series.counts.reduce(0, +), sum: series.sum, bucketCounts: series.counts,
            explicitBounds: series.bounds, attributes: attributes)
    }
}

extension OTLPNumberPoint {
    init(_ count: Int, _ window: Window, _ attributes: [OTLPKeyValue]) {
        self.init(
            startTimeUnixNano: window.start, timeUnixNano: window.end, value: .asInt(count),
            attributes: attributes)
    }

    init(_ measure: Double, _ window: Window, _ attributes: [OTLPKeyValue]) {
        self.init(
            startTimeUnixNano: window.start, timeUnixNano: window.end, value: .asDouble(measure),
            attributes: attributes)
    }
}
