internal import Clocks
internal import Lanes
internal import Messages
internal import Models
internal import RPC

extension LaneAdminService {
    /// `WatchLanes`: how the lanes stand, now and whenever that has changed. Ends when the client
    /// leaves or the daemon stops.
    func watch(
        _ request: WatchLanesRequest, to writer: ResponseWriter<WatchLanesResponse>,
        _ context: CallContext
    ) async throws(RPCFailure) {
        let interval = try interval(request, context)
        var last: [LaneStatus]?
        while true {
            let now = try watched(request.names, context)
            if now != last { try await writer.write(WatchLanesResponse(lanes: now)) }
            last = now
            try await rest(interval, context)
        }
    }

    private func interval(
        _ request: WatchLanesRequest, _ context: CallContext
    ) throws(RPCFailure) -> Duration {
        let asked = request.intervalMs == 0 ? 250 : request.intervalMs
        guard WatchBounds.intervalMs.contains(asked) else {
            throw refusal(
                .badRequest,
                """
                interval_ms is \(asked); it is \(WatchBounds.intervalMs.lowerBound) to \
                \(WatchBounds.intervalMs.upperBound), or 0 for 250
                """, context)
        }
        return .milliseconds(asked)
    }

    // In short steps, so that a stopping daemon does not wait for a watcher's long interval.
    private func rest(_ interval: Duration, _ context: CallContext) async throws(RPCFailure) {
        let end = time.now + interval
        repeat {
            do {
                try await time.pause(until: min(end, time.now + WatchBounds.step))
            } catch {
                throw ended(context)
            }
            if lanes.isDraining { throw RPCFailure(.shuttingDown, context, callID: callIDs.next) }
        } while time.now < end
    }

    private func ended(_ context: CallContext) -> RPCFailure {
        context.interruption == .deadline
            ? refusal(.callerDeadline, "the caller's deadline has passed", context)
            : refusal(.callerLeft, "the caller has left", context)
    }
}

private enum WatchBounds {
    static let intervalMs = 50...60_000
    static let step: Duration = .milliseconds(250)
}
