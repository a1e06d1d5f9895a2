internal import Messages

extension LaneStatus {
    var json: JSON {
        .object([
            "name": .text(name), "concurrency": .number(Int(concurrency)),
            "running": .number(Int(running)), "open_streams": .number(Int(openStreams)),
            "max_open_streams": .number(Int(maxOpenStreams)), "queued": .number(Int(queued)),
            "queued_bytes": .number(queuedBytes), "queue_depth_max": .number(Int(queueDepthMax)),
            "queue_bytes_max": .number(queueBytesMax), "paused": .flag(paused),
            "draining": .flag(draining), "estimated_wait_ms": .number(estimatedWaitMs),
            "callers": .list(callers.map(\.json)), "refusals": refusalsJSON,
            "leaked_slots": .number(leakedSlots), "started": .number(started),
            "promotions": .number(promotions), "jain_index": .decimal(jainIndex),
            "queue_wait": queueWait?.json ?? .object([:]), "cost": .text(cost),
            "hold": .text(hold), "slots": .number(Int(slots)),
        ])
    }

    private var refusalsJSON: JSON {
        .object(Dictionary(refusals.map { ($0.reason, .number($0.count)) }) { first, _ in first })
    }
}

extension CallerShare {
    fileprivate var json: JSON {
        .object([
            "uid": .number(Int(uid)), "caller_id": .text(callerID), "weight": .decimal(weight),
            "queued": .number(Int(queued)), "queued_bytes": .number(queuedBytes),
            "running": .number(Int(running)), "open_streams": .number(Int(openStreams)),
            "oldest_wait_ms": .number(oldestWaitMs), "started": .number(started),
            "first_position": .number(Int(firstPosition)),
            "last_position": .number(Int(lastPosition)),
            "estimated_wait_ms": .number(estimatedWaitMs),
        ])
    }
}

extension WaitHistogram {
    fileprivate var json: JSON {
        .object([
            "sum_ms": .number(sumMs),
            "buckets": .list(
                buckets.map {
                    .object(["upto_ms": .number($0.uptoMs), "count": .number($0.count)])
                }),
        ])
    }
}
