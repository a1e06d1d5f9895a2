import Lanes
import Messages

/// The lanes as metrics, under the names they have for Prometheus too.
enum LaneMetrics {
    static func metrics(_ lanes: [LaneSnapshot], _ window: Window) -> [OTLPMetric] {
        if lanes.isEmpty { return [] }
        return gauges.map { $0.metric(lanes, window) } + counters.map { $0.metric(lanes, window) }
            + [refusals(lanes, window), waits(lanes, window), evenness(lanes, window)]
            .compactMap { $0 }
    }

    private struct Measure: Sendable {
        var name: String
        var unit: String
        var help: String
        var isCounter = false
        var value: @Sendable (LaneSnapshot) -> Int

        func metric(_ lanes: [LaneSnapshot], _ window: Window) -> OTLPMetric {
            let points = lanes.map {
                OTLPNumberPoint(value($0), window, LaneMetrics.attributes($0))
            }
            let full = "laneway.lane.\(name)"
            return isCounter
                ? OTLPMetric(name: full, description: help, unit: unit, counter: points)
                : OTLPMetric(name: full, description: help, unit: unit, gauge: points)
        }
    }

    private static let gauges = [
        Measure(name: "queue_depth", unit: "{call}", help: "Calls that wait.") { $0.queued },
        Measure(name: "queue_depth_max", unit: "{call}", help: "Calls that may wait.") {
            $0.settings.queueDepthMax
        },
        Measure(name: "queue_bytes", unit: "By", help: "Bytes of prompts that wait.") {
            $0.queuedBytes
        },
        Measure(name: "running", unit: "{slot}", help: "Slots taken.") { $0.running },
        Measure(name: "concurrency", unit: "{slot}", help: "Slots there are.") {
            $0.concurrency
        },
        Measure(name: "open_streams", unit: "{stream}", help: "Established streams.") {
            $0.openStreams
        },
        Measure(name: "paused", unit: "1", help: "1 where nothing is started.") {
            $0.settings.paused ? 1 : 0
        },
    ]

    private static let counters = [
        Measure(name: "started", unit: "{call}", help: "Calls started.", isCounter: true) {
            $0.started
        },
        Measure(
            name: "promotions", unit: "{call}",
            help: "Starts that aging lifted over a more urgent call.", isCounter: true
        ) { $0.promotions },
        Measure(
            name: "leaked_slots", unit: "{slot}", help: "Slots given back by accident.",
            isCounter: true
        ) { $0.leakedSlots },
    ]

    private static func refusals(_ lanes: [LaneSnapshot], _ window: Window) -> OTLPMetric? {
        let points = lanes.flatMap { lane in
            lane.refusals.sorted { $0.key.rawValue < $1.key.rawValue }.map { reason, count in
                OTLPNumberPoint(
                    count, window, attributes(lane, reason: reason.rawValue.uppercased()))
            }
        }
        if points.isEmpty { return nil }
        return OTLPMetric(
            name: "laneway.lane.refusals", description: "Calls that got no slot, by reason.",
            unit: "{call}", counter: points)
    }

    private static func waits(_ lanes: [LaneSnapshot], _ window: Window) -> OTLPMetric {
        let bounds = WaitHistogram.bounds.map(\.inSeconds)
        let points = lanes.map { lane in
            var series = Distribution(bounds: bounds)
            series.add(lane.waits.counts, sum: lane.waits.sum.inSeconds)
            return OTLPHistogramPoint(series, window, attributes(lane))
        }
        return OTLPMetric(
            name: "laneway.lane.queue_duration",
            description: "How long started calls waited for their slots.", unit: "s",
            histogram: points)
    }

    private static func evenness(_ lanes: [LaneSnapshot], _ window: Window) -> OTLPMetric? {
        let points = lanes.compactMap { lane in
            lane.jainIndex.map { OTLPNumberPoint($0, window, attributes(lane)) }
        }
        if points.isEmpty { return nil }
        return OTLPMetric(
            name: "laneway.lane.jain_index",
            description: "How evenly the lane was shared of late; 1 is even.", unit: "1",
            gauge: points)
    }

    private static func attributes(_ lane: LaneSnapshot, reason: String? = nil) -> [OTLPKeyValue] {
        var attributes = Attributes()
        attributes.set("laneway.lane", lane.name)
        attributes.set("laneway.reason", reason)
        return attributes.list
    }
}
