public import Messages

/// The operator's side of the daemon.
extension LanewayClient {
    /// How lanes stand now, in the order of their names.
    ///
    /// - Parameter names: those wanted; none for all.
    /// - Throws: `CallError`, NOT_FOUND for a name that no lane has.
    public func lanes(named names: [String] = []) async throws(CallError) -> [LaneStatus] {
        let answer: ListLanesResponse = try await ask(
            "/laneway.v1.LaneAdmin/ListLanes", ListLanesRequest(names: names))
        return answer.lanes
    }

    /// How lanes stand, now and whenever that has changed.
    ///
    /// - Parameters:
    ///   - names: those wanted; none for all, new ones too.
    ///   - interval: between two looks at least; from 50 ms to a minute.
    /// - Throws: `CallError` when the watch cannot begin. What goes wrong later is thrown while
    ///   reading.
    public func watchLanes(
        named names: [String] = [], interval: Duration = .milliseconds(250)
    ) async throws(CallError) -> ServerEvents<[LaneStatus]> {
        let milliseconds = Int(interval / .milliseconds(1))
        return try await follow(
            "/laneway.v1.LaneAdmin/WatchLanes",
            WatchLanesRequest(names: names, intervalMs: milliseconds)
        ) { (answer: WatchLanesResponse) in answer.lanes }
    }

    /// Changes a lane at work, until the daemon stops. Running calls are never cut.
    ///
    /// - Parameter request: the lane's name and what to change; the rest stays as it is.
    /// - Returns: the lane after the change.
    /// - Throws: `CallError`, PERMISSION_DENIED for users that are not in `admin.uids`.
    public func updateLane(_ request: UpdateLaneRequest) async throws(CallError) -> LaneStatus {
        let answer: UpdateLaneResponse = try await ask(
            "/laneway.v1.LaneAdmin/UpdateLane", request)
        return answer.lane ?? LaneStatus(name: request.name)
    }
}
