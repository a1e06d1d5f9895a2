internal import LaneViews

extension LoadReport {
    /// The report as tables.
    package var lines: [String] {
        [headline, ""] + callTable + [""] + timeTable + endTable
    }

    /// What was asked for and not done, a line each, with what to do; none where all went well.
    package var complaints: [String] {
        var lines: [String] = []
        if failed > 0 {
            let which = failures.map { end in
                "\(end.calls) \(end.code)" + (end.reason.isEmpty ? "" : " (\(end.reason))")
            }
            lines.append("\(failed) of \(calls) calls failed: " + which.joined(separator: ", "))
        }
        if let notStarted, notStarted > 0 {
            lines.append(
                "\(notStarted) calls were due and not started in time, as \(load.concurrency) were "
                    + "in flight; allow more with --concurrency or ask for less with --rate")
        }
        if unfinished > 0, !isInterrupted {
            lines.append(
                "\(unfinished) calls had not ended when the run was long over, and were cancelled; "
                    + "--timeout gives them a limit")
        }
        return lines
    }

    private var headline: String {
        let connections = "\(load.connections) connection" + (load.connections == 1 ? "" : "s")
        let pace: String
        switch plan.pace {
        case .whenFree: pace = "\(load.concurrency) in flight on \(connections)"
        case .every(let rate):
            pace =
                "\(Self.quantity(rate)) calls/s due, up to \(load.concurrency) in flight on "
                + connections
        }
        return "\(load.isStream ? "stream" : "generate") \(load.model): \(pace), "
            + "\(Self.seconds(plan.measured)) after \(Self.seconds(plan.warmup)) of warm-up"
            + (isInterrupted ? ", interrupted" : "")
    }

    private var callTable: [String] {
        var cells = [
            ("CALLS", "\(calls)"), ("WARM-UP", "\(warmupCalls)"), ("FAILED", "\(failed)"),
            ("UNFINISHED", "\(unfinished)"),
        ]
        if let notStarted { cells.append(("NOT STARTED", "\(notStarted)")) }
        cells.append(("CALLS/S", Self.quantity(callsPerSecond)))
        if load.isStream {
            cells += [("CHUNKS", "\(chunks)"), ("CHUNKS/S", Self.quantity(chunksPerSecond))]
        }
        var table = TextTable(cells.map { .init(title: $0.0, importance: 1) })
        table.add(cells.map(\.1))
        return table.lines()
    }

    private var timeTable: [String] {
        var table = TextTable(
            [.init(title: "TIME", alignRight: false, importance: 1)]
                + ["P50", "P90", "P99", "P99.9", "MAX", "MEAN"].map {
                    .init(title: $0, importance: 1)
                })
        let rows = [
            ("whole call", latency), ("first chunk", firstChunk), ("between chunks", chunkGap),
            ("begun after due", startLag), ("failed call", failedLatency),
        ]
        for case (let name, let times?) in rows {
            let values = [times.p50, times.p90, times.p99, times.p999, times.max, times.mean]
            table.add([name] + values.map { Units.time(nanoseconds: $0) })
        }
        return latency == nil && failedLatency == nil
            ? ["no call was measured to its end"] : table.lines()
    }

    /// Only where something failed: all OK is said by the first table.
    private var endTable: [String] {
        if failed == 0 { return [] }
        var table = TextTable([
            .init(title: "STATUS", alignRight: false, importance: 1),
            .init(title: "REASON", alignRight: false, importance: 1),
            .init(title: "CALLS", importance: 1),
            .init(title: "THE FIRST SAID", alignRight: false, importance: 1),
        ])
        for end in ends {
            let reason = end.reason.isEmpty ? "-" : end.reason
            table.add([end.code, reason, "\(end.calls)", end.message])
        }
        return [""] + table.lines()
    }

    private static func quantity(_ value: Double) -> String {
        Units.decimal(value, value < 100 && value != value.rounded() ? 1 : 0)
    }

    private static func seconds(_ duration: Duration) -> String {
        let seconds = duration / .seconds(1)
        return Units.decimal(seconds, seconds == seconds.rounded() ? 0 : 1) + " s"
    }
}
