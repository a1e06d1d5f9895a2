import Messages

@testable import Telemetry

/// What a collector reads out of a metric: its series, each by its attributes.
struct Reading {
    var unit = ""
    var kind = ""
    /// By their attributes as `Array.shown` writes them.
    var histograms: [[String: String]: OTLPHistogramPoint] = [:]
    var counts: [[String: String]: Int] = [:]
    var measures: [[String: String]: Double] = [:]
    var windows: Set<[UInt64]> = []
}

extension Reading {
    init(_ metric: OTLPMetric) {
        unit = metric.unit
        switch metric.data {
        case .histogram(let histogram):
            kind = histogram.aggregationTemporality == .cumulative ? "histogram" : "delta"
            for point in histogram.dataPoints {
                histograms[point.attributes.shown] = point
                windows.insert([point.startTimeUnixNano, point.timeUnixNano])
            }
        case .sum(let sum):
            let grows = sum.isMonotonic && sum.aggregationTemporality == .cumulative
            kind = grows ? "counter" : "sum"
            read(sum.dataPoints)
        case .gauge(let gauge):
            kind = "gauge"
            read(gauge.dataPoints)
        case nil: kind = "nothing"
        }
    }

    private mutating func read(_ points: [OTLPNumberPoint]) {
        for point in points {
            switch point.value {
            case .asInt(let count): counts[point.attributes.shown] = count
            case .asDouble(let measure): measures[point.attributes.shown] = measure
            case nil: break
            }
            windows.insert([point.startTimeUnixNano, point.timeUnixNano])
        }
    }
}

extension [OTLPMetric] {
    /// By their names.
    var readings: [String: Reading] {
        [String: Reading](map { ($0.name, Reading($0)) }) { first, _ in first }
    }
}

extension MetricBook {
    /// What is exported of it.
    var readings: [String: Reading] {
        metrics(Window(start: 1, end: 2), Story.providers).readings
    }
}
