package import Messages

/// Lanes and their callers as tables: what `laneway lanes` prints and `laneway top` is made of.
package enum LaneTable {
    /// Each lane on a line, then its callers indented below it.
    ///
    /// - Parameter width: columns of the terminal; nil for as many as it takes.
    package static func lines(_ lanes: [LaneStatus], width: Int? = nil) -> [String] {
        if lanes.isEmpty { return ["no lane is configured or has been used yet"] }
        let table = self.lanes(lanes, width: width)
        var lines = [table[0]]
        for (line, lane) in zip(table.dropFirst(), lanes) {
            lines.append(line)
            lines += callers(lane.callers, width: width.map { $0 - 2 }).map { "  " + $0 }
        }
        return lines
    }

    /// A title line, then a line for each lane.
    ///
    /// - Parameter rates: calls started a second, by lane; nil where that is not known.
    static func lanes(
        _ lanes: [LaneStatus], rates: [String: Double]? = nil, width: Int?
    ) -> [String] {
        var table = TextTable(
            [
                .init(title: "LANE", alignRight: false, importance: 0),
                .init(title: "RUN", importance: 9), .init(title: "OPEN", importance: 4),
                .init(title: "QUEUED", importance: 10), .init(title: "BYTES", importance: 2),
                .init(title: "OLDEST", importance: 8), .init(title: "ESTIMATE", importance: 6),
            ] + (rates == nil ? [] : [.init(title: "RATE", importance: 7)]) + [
                .init(title: "STARTED", importance: 3), .init(title: "REFUSED", importance: 5),
                .init(title: "JAIN", importance: 1),
                .init(title: "STATE", alignRight: false, importance: 11),
            ])
        for lane in lanes { table.add(cells(of: lane, rate: rates.map { $0[lane.name] ?? 0 })) }
        return table.lines(width: width)
    }

    private static func cells(of lane: LaneStatus, rate: Double?) -> [String] {
        let oldest = lane.callers.map(\.oldestWaitMs).max() ?? 0
        // A client that left was not refused.
        let refused = lane.refusals.reduce(0) { $0 + ($1.reason == "CALLER_LEFT" ? 0 : $1.count) }
        return [
            lane.name, "\(lane.running)/\(lane.concurrency)",
            "\(lane.openStreams)/\(lane.maxOpenStreams)",
            "\(lane.queued)/\(lane.queueDepthMax)", Units.bytes(lane.queuedBytes),
            Units.wait(milliseconds: oldest), Units.wait(milliseconds: lane.estimatedWaitMs),
        ] + (rate.map { ["\(Units.decimal($0, 1))/s"] } ?? []) + [
            "\(lane.started)", "\(refused)",
            lane.jainIndex == 0 ? "-" : Units.decimal(lane.jainIndex, 3), lane.state,
        ]
    }

    /// A title line, then a line for each caller; nothing where there are none.
    static func callers(_ callers: [CallerShare], width: Int?) -> [String] {
        if callers.isEmpty { return [] }
        var table = TextTable([
            .init(title: "CALLER", alignRight: false, importance: 0),
            .init(title: "UID", importance: 5), .init(title: "WEIGHT", importance: 2),
            .init(title: "RUN", importance: 8), .init(title: "OPEN", importance: 3),
            .init(title: "QUEUED", importance: 9), .init(title: "NEXT", importance: 6),
            .init(title: "LAST", importance: 4), .init(title: "OLDEST", importance: 7),
        ])
        for caller in callers { table.add(cells(of: caller)) }
        return table.lines(width: width)
    }

    private static func cells(of caller: CallerShare) -> [String] {
        // Places are counted from one where people read them.
        let places =
            caller.queued == 0 || caller.firstPosition < 0
            ? ["-", "-"] : ["#\(caller.firstPosition + 1)", "#\(caller.lastPosition + 1)"]
        return [
            caller.callerID.isEmpty ? "(none)" : caller.callerID, "\(caller.uid)",
            Units.decimal(caller.weight, caller.weight == caller.weight.rounded() ? 0 : 3),
            "\(caller.running)", "\(caller.openStreams)", "\(caller.queued)",
        ] + places + [Units.wait(milliseconds: caller.oldestWaitMs)]
    }
}

extension LaneStatus {
    fileprivate var state: String {
        draining ? "stopping" : paused ? "paused" : ""
    }
}
