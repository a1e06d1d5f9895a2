internal import Lanes
internal import Logging
internal import Messages
internal import Models
internal import RPC

extension LaneAdminService {
    /// `UpdateLane`: other limits for a lane at work, until the daemon stops. All are checked
    /// before any is taken.
    func update(
        _ request: UpdateLaneRequest, _ context: CallContext
    ) throws(RPCFailure) -> UpdateLaneResponse {
        try allow(context)
        let lane = try lane(named: request.name, context)
        let changes: LaneChanges
        do throws(Refusal) {
            changes = try LaneChanges(request)
        } catch {
            throw RPCFailure(error, context, callID: callIDs.next)
        }
        lane.update { changes.apply(to: &$0) }
        logger.notice(
            "lane changed",
            metadata: [
                "lane": "\(lane.name)", "uid": "\(context.peer.uid)",
                "changes": "\(changes.description)",
            ])
        return UpdateLaneResponse(lane: LaneStatus(lane.snapshot()))
    }

    private func allow(_ context: CallContext) throws(RPCFailure) {
        let uid = context.peer.uid
        if adminUIDs.contains(uid) { return }
        let allowed = adminUIDs.sorted().map { "\($0)" }.joined(separator: ", ")
        throw refusal(
            .callerNotAllowed,
            """
            uid \(uid) may not change lanes; \
            \(allowed.isEmpty ? "nobody may" : "uids that may: \(allowed)") (admin.uids)
            """, context)
    }
}

/// The fields of an `UpdateLane` that are set, within the bounds the configuration has for them.
private struct LaneChanges {
    private var changes: [(name: String, value: Int, path: WritableKeyPath<LaneSettings, Int>)] = []
    private var paused: Bool?

    init(_ request: UpdateLaneRequest) throws(Refusal) {
        paused = request.paused
        try add(
            "concurrency", request.concurrency.map(Int.init), LaneBounds.concurrency, \.concurrency)
        try add(
            "queue_depth_max", request.queueDepthMax.map(Int.init), LaneBounds.queueDepth,
            \.queueDepthMax)
        try add("queue_bytes_max", request.queueBytesMax, LaneBounds.queueBytes, \.queueBytesMax)
        try add(
            "max_open_streams", request.maxOpenStreams.map(Int.init), LaneBounds.openStreams,
            \.maxOpenStreams)
        if changes.isEmpty, paused == nil {
            throw Refusal(
                .badRequest,
                """
                nothing to change: set concurrency, queue_depth_max, queue_bytes_max, paused or \
                max_open_streams
                """)
        }
    }

    private mutating func add(
        _ name: String, _ value: Int?, _ bounds: ClosedRange<Int>,
        _ path: WritableKeyPath<LaneSettings, Int>
    ) throws(Refusal) {
        guard let value else { return }
        guard bounds.contains(value) else {
            throw Refusal(
                .badRequest,
                "\(name) is \(value); it takes \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        changes.append((name, value, path))
    }

    func apply(to settings: inout LaneSettings) {
        for change in changes { settings[keyPath: change.path] = change.value }
        if let paused { settings.paused = paused }
    }

    /// As the configuration would write them.
    var description: String {
        let numbers = changes.map { "\($0.name)=\($0.value)" }
        return (numbers + (paused.map { ["paused=\($0)"] } ?? [])).joined(separator: " ")
    }
}
