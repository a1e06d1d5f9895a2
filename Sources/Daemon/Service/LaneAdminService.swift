internal import Clocks
internal import Lanes
internal import Logging
internal import Messages
internal import Models
internal import RPC

/// `laneway.v1.LaneAdmin`: the operator's view of the lanes, and hand on them. One file for each
/// of its RPCs.
struct LaneAdminService: Sendable {
    let lanes: LaneRegistry
    let time: any TimeSource
    let callIDs: CallIDs
    /// Who may change lanes; all may look.
    let adminUIDs: Set<UInt32>
    let logger: Logger
    private let recent = RecentLanes()

    init(
        lanes: LaneRegistry, time: any TimeSource, callIDs: CallIDs, adminUIDs: Set<UInt32>,
        logger: Logger
    ) {
        self.lanes = lanes
        self.time = time
        self.callIDs = callIDs
        self.adminUIDs = adminUIDs
        self.logger = logger
    }

    var methods: [any Method] {
        [
            TypedMethod<ListLanesRequest, ListLanesResponse>(
                "/laneway.v1.LaneAdmin/ListLanes",
                .unary { request, context throws(RPCFailure) in try list(request, context) }),
            TypedMethod<WatchLanesRequest, WatchLanesResponse>(
                "/laneway.v1.LaneAdmin/WatchLanes",
                .serverStreaming { request, writer, context throws(RPCFailure) in
                    try await watch(request, to: writer, context)
                }),
            TypedMethod<UpdateLaneRequest, UpdateLaneResponse>(
                "/laneway.v1.LaneAdmin/UpdateLane",
                .unary { request, context throws(RPCFailure) in try update(request, context) }),
        ]
    }

    /// The lanes of the names, or all.
    ///
    /// - Throws: NOT_FOUND for a name no lane has.
    func statuses(
        of names: [String], _ context: CallContext
    ) throws(RPCFailure) -> [LaneStatus] {
        if names.isEmpty { return lanes.lanes.map { LaneStatus($0.snapshot()) } }
        var statuses: [LaneStatus] = []
        for name in Set(names).sorted() {
            statuses.append(LaneStatus(try lane(named: name, context).snapshot()))
        }
        return statuses
    }

    /// The same for a watcher, as all watchers of a moment see them: to look at a lane takes a walk
    /// through its queue, and anyone may watch.
    func watched(
        _ names: [String], _ context: CallContext
    ) throws(RPCFailure) -> [LaneStatus] {
        for name in names { _ = try lane(named: name, context) }
        let all = recent.statuses(at: time.now) { lanes.lanes.map { LaneStatus($0.snapshot()) } }
        if names.isEmpty { return all }
        let wanted = Set(names)
        return all.filter { wanted.contains($0.name) }
    }

    func lane(named name: String, _ context: CallContext) throws(RPCFailure) -> Lane {
        if let lane = lanes.lane(named: name) { return lane }
        throw refusal(.unknownLane, unknown(name), context)
    }

    private func unknown(_ name: String) -> String {
        guard lanes.isQueueing else { return "there are no lanes: queueing is off (lanes: off)" }
        let known = lanes.lanes.map(\.name)
        let hint =
            known.isEmpty
            ? "no lane is configured or has been used yet"
            : "known lanes: \(known.prefix(20).joined(separator: ", "))"
        return "there is no lane \(quoted(name.prefix(utf8Bytes: 100))); \(hint)"
    }

    func refusal(
        _ reason: FailureReason, _ message: String, _ context: CallContext
    ) -> RPCFailure {
        RPCFailure(Refusal(reason, message), context, callID: callIDs.next)
    }
}
