package import Messages

/// The lanes as metrics, in the text format of OpenMetrics 1.0, which Prometheus reads.
package enum LaneMetricsText {
    package static func text(_ lanes: [LaneStatus]) -> String {
        let families = gauges.map { $0.lines(lanes) } + counters.map { $0.lines(lanes) }
        return (families + [refusals(lanes), waits(lanes)]).joined() + "# EOF\n"
    }

    /// One number a lane.
    private struct Family {
        var name: String
        var help: String
        var isCounter = false
        var value: @Sendable (LaneStatus) -> String

        func lines(_ lanes: [LaneStatus]) -> String {
            let suffix = isCounter ? "_total" : ""
            return header(name, isCounter ? "counter" : "gauge", help)
                + lanes.map { lane in
                    "laneway_lane_\(name)\(suffix){\(label("lane", lane.name))} \(value(lane))\n"
                }.joined()
        }
    }

    private static let gauges = [
        Family(name: "queue_depth", help: "Calls that wait.") { "\($0.queued)" },
        Family(name: "queue_depth_max", help: "Calls that may wait.") { "\($0.queueDepthMax)" },
        Family(name: "queue_bytes", help: "Bytes of prompts that wait.") { "\($0.queuedBytes)" },
        Family(name: "running", help: "Slots taken.") { "\($0.running)" },
        Family(name: "concurrency", help: "Slots there are.") { "\($0.concurrency)" },
        Family(name: "open_streams", help: "Established streams.") { "\($0.openStreams)" },
        Family(name: "paused", help: "1 where nothing is started.") { $0.paused ? "1" : "0" },
        Family(
            name: "jain_index",
            help: "How evenly the lane was shared of late; 1 is even, 0 not known."
        ) { "\($0.jainIndex)" },
    ]

    private static let counters = [
        Family(name: "started", help: "Calls started.", isCounter: true) { "\($0.started)" },
        Family(
            name: "promotions", help: "Starts that aging lifted over a more urgent call.",
            isCounter: true
        ) { "\($0.promotions)" },
        Family(
            name: "leaked_slots", help: "Slots given back by accident.", isCounter: true
        ) { "\($0.leakedSlots)" },
    ]

    private static func refusals(_ lanes: [LaneStatus]) -> String {
        var text = header("refusals", "counter", "Calls that got no slot, by reason.")
        for lane in lanes {
            for refusal in lane.refusals {
                let labels = label("lane", lane.name) + "," + label("reason", refusal.reason)
                text += "laneway_lane_refusals_total{\(labels)} \(refusal.count)\n"
            }
        }
        return text
    }

    private static func waits(_ lanes: [LaneStatus]) -> String {
        let name = "queue_duration_seconds"
        return header(
            name, "histogram", "How long started calls waited for their slots.", "seconds")
            + lanes.map { histogram(name, $0) }.joined()
    }

    private static func histogram(_ name: String, _ lane: LaneStatus) -> String {
        let labels = label("lane", lane.name)
        var (text, count) = ("", 0)
        for bucket in lane.queueWait?.buckets ?? [] {
            count += bucket.count
            let bound = bucket.uptoMs == 0 ? "+Inf" : seconds(bucket.uptoMs)
            text += "laneway_lane_\(name)_bucket{\(labels),\(label("le", bound))} \(count)\n"
        }
        return text + "laneway_lane_\(name)_count{\(labels)} \(count)\n"
            + "laneway_lane_\(name)_sum{\(labels)} \(seconds(lane.queueWait?.sumMs ?? 0))\n"
    }

    private static func header(
        _ name: String, _ type: String, _ help: String, _ unit: String? = nil
    ) -> String {
        let full = "laneway_lane_\(name)"
        return "# HELP \(full) \(help)\n# TYPE \(full) \(type)\n"
            + (unit.map { "# UNIT \(full) \($0)\n" } ?? "")
    }

    private static func label(_ name: String, _ value: String) -> String {
        var escaped = ""
        for character in value.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return "\(name)=\"\(escaped)\""
    }

    private static func seconds(_ milliseconds: Int) -> String {
        "\(Double(milliseconds) / 1_000)"
    }
}
