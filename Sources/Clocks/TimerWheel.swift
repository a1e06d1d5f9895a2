/// Keeps many alarms cheaply: setting and clearing one takes constant time and, once the wheel has
/// grown to its load, no allocation. A pure machine under `WheelTime`, which brings time and lock.
///
/// A hierarchical wheel (Varghese and Lauck, 1987): rings of 64 slots, each slot of a ring as wide
/// as the whole ring below. An alarm sits in the ring its distance calls for and moves down as
/// its time comes near. Never fires early; fires at most one tick late.
package struct TimerWheel: Sendable {
    package typealias Fire = @Sendable () -> Void

    /// The resolution. Alarms due within the same tick fire together.
    package let tick: Duration
    private let origin: Instant
    private let tickAttoseconds: Int128
    /// Ticks since `origin` that have been dealt with.
    private var elapsed: UInt64 = 0
    private var rings: [Ring]
    private var alarms: [Alarm] = []
    private var links: [Links] = []
    private var freeAlarms = Line()
    package private(set) var count = 0
    /// Of a place that is made anew: what places that were let go had counted up to, so that an alarm
    /// of then is not taken for one of now.
    private var firstGeneration: UInt32 = 0
    private let placesKept: Int

    private struct Alarm {
        var fire: Fire?
        var dueTick: UInt64 = 0
        var generation: UInt32 = 0
        var ring: UInt8 = 0
        var slot: UInt8 = 0
    }

    // Seven rings of 64 slots reach 2⁴² ticks, 697 years at 5 ms.
    private static let ringCount = 7
    private static let reach: UInt64 = 1 << (6 * UInt64(ringCount))

    /// - Parameter placesKept: for alarms, however few there are.
    package init(
        startingAt origin: Instant, tick: Duration = .milliseconds(5), placesKept: Int = 512
    ) {
        precondition(tick > .zero, "a wheel must turn")
        self.placesKept = placesKept
        self.origin = origin
        self.tick = tick
        tickAttoseconds = tick.attoseconds
        rings = Array(repeating: Ring(), count: Self.ringCount)
    }

    /// Sets an alarm. One that is due already fires on the next tick.
    ///
    /// - Returns: its id, and the moment it fires: the deadline rounded up to a tick.
    @discardableResult
    package mutating func add(
        at deadline: Instant, _ fire: @escaping Fire
    ) -> (id: AlarmID, firing: Instant) {
        let index = freeAlarms.popFirst(in: &links) ?? grow()
        alarms[Int(index)].fire = fire
        let due = dueTick(of: deadline)
        alarms[Int(index)].dueTick = due
        place(index)
        count += 1
        return (id(of: index), instant(of: due))
    }

    /// Forgets an alarm.
    ///
    /// - Returns: what it would have called, so that a lock's holder lets go of it outside the lock;
    ///   nil when it has fired or been forgotten already.
    @discardableResult
    package mutating func cancel(_ id: AlarmID) -> Fire? {
        let index = Int(truncatingIfNeeded: id.raw & 0xFFFF_FFFF)
        guard alarms.indices.contains(index),
            alarms[index].generation == UInt32(truncatingIfNeeded: id.raw >> 32),
            alarms[index].fire != nil
        else { return nil }
        unlink(Int32(index))
        return free(Int32(index))
    }

    /// Moves time on and takes out the alarms that are due by `now`, in the order of their ticks.
    package mutating func advance(to now: Instant) -> [Fire] {
        let target = passedTicks(at: now)
        var fired: [Fire] = []
        while let next = nextSlot(), next.tick <= target {
            elapsed = next.tick
            while let index = rings[next.ring].popFirst(of: next.slot, in: &links) {
                if alarms[Int(index)].dueTick > elapsed {
                    place(index)
                } else if let fire = free(index) {
                    fired.append(fire)
                }
            }
        }
        elapsed = max(elapsed, target)
        return fired
    }

    /// Alarms there is memory for: for tests.
    package var capacity: Int { alarms.capacity }

    /// When to call `advance` next: never later than the first alarm is due. It may be earlier, when
    /// that alarm has to move down a ring. nil when there is no alarm.
    package var nextDeadline: Instant? {
        nextSlot().map { instant(of: $0.tick) }
    }
}

// MARK: - Ticks

extension TimerWheel {
    private func passedTicks(at now: Instant) -> UInt64 {
        let passed = origin.duration(to: now).attoseconds
        return passed <= 0 ? 0 : UInt64(clamping: passed / tickAttoseconds)
    }

    // Rounded up, so never early. Clamped to what the rings reach: centuries.
    private func dueTick(of deadline: Instant) -> UInt64 {
        let ahead = origin.duration(to: deadline).attoseconds
        let ticks = ahead <= 0 ? 0 : (ahead + tickAttoseconds - 1) / tickAttoseconds
        return min(max(UInt64(clamping: ticks), elapsed + 1), Self.reach - 1)
    }

    private func instant(of ticks: UInt64) -> Instant {
        origin.advanced(by: Duration(attoseconds: Int128(ticks) * tickAttoseconds))
    }
}

// MARK: - Rings

extension TimerWheel {
    // The highest bit in which the due tick differs from now says how far away it is.
    private mutating func place(_ index: Int32) {
        let due = alarms[Int(index)].dueTick
        let ring = (63 - ((due ^ elapsed) | 63).leadingZeroBitCount) / 6
        let slot = Int(truncatingIfNeeded: (due >> UInt64(6 * ring)) & 63)
        alarms[Int(index)].ring = UInt8(ring)
        alarms[Int(index)].slot = UInt8(slot)
        rings[ring].append(index, to: slot, in: &links)
    }

    private mutating func unlink(_ index: Int32) {
        let (ring, slot) = (Int(alarms[Int(index)].ring), Int(alarms[Int(index)].slot))
        rings[ring].remove(index, from: slot, in: &links)
    }

    // Whatever is in a lower ring is due before anything in a higher one.
    private func nextSlot() -> (ring: Int, slot: Int, tick: UInt64)? {
        for ring in 0..<Self.ringCount {
            guard let slot = rings[ring].firstOccupied else { continue }
            let shift = UInt64(6 * ring)
            let round = (elapsed >> (shift + 6)) << (shift + 6)
            return (ring, slot, round | UInt64(slot) << shift)
        }
        return nil
    }
}

// MARK: - Alarms

extension TimerWheel {
    private func id(of index: Int32) -> AlarmID {
        AlarmID(raw: UInt64(alarms[Int(index)].generation) << 32 | UInt64(index))
    }

    private mutating func grow() -> Int32 {
        alarms.append(Alarm(generation: firstGeneration))
        links.append(Links())
        return Int32(alarms.count - 1)
    }

    private mutating func free(_ index: Int32) -> Fire? {
        let fire = alarms[Int(index)].fire
        alarms[Int(index)].fire = nil
        alarms[Int(index)].generation &+= 1
        // Places far up are used last, so that these come free when many alarms were and few are.
        if index < 2 * count {
            freeAlarms.prepend(index, in: &links)
        } else {
            freeAlarms.append(index, in: &links)
        }
        count -= 1
        if alarms.count > placesKept { dropFreePlaces() }
        return fire
    }

    /// Lets the last places go, as far as they are free, and their memory once most of it is.
    private mutating func dropFreePlaces() {
        while alarms.count > placesKept, let last = alarms.last, last.fire == nil {
            firstGeneration = max(firstGeneration, last.generation)
            freeAlarms.remove(Int32(alarms.count - 1), in: &links)
            alarms.removeLast()
            links.removeLast()
        }
        if alarms.capacity > 4 * alarms.count {
            alarms.fitCapacity()
            links.fitCapacity()
        }
    }

    /// 64 slots, and a bit for each that holds something.
    private struct Ring {
        private var occupied: UInt64 = 0
        private var slots = [Line](repeating: Line(), count: 64)

        // All slots at or before the present one are empty, so the lowest bit is the next.
        var firstOccupied: Int? { occupied == 0 ? nil : occupied.trailingZeroBitCount }

        mutating func append(_ index: Int32, to slot: Int, in links: inout [Links]) {
            slots[slot].append(index, in: &links)
            occupied |= 1 << UInt64(slot)
        }

        mutating func remove(_ index: Int32, from slot: Int, in links: inout [Links]) {
            slots[slot].remove(index, in: &links)
            if slots[slot].isEmpty { occupied &= ~(1 << UInt64(slot)) }
        }

        mutating func popFirst(of slot: Int, in links: inout [Links]) -> Int32? {
            guard let index = slots[slot].popFirst(in: &links) else { return nil }
            if slots[slot].isEmpty { occupied &= ~(1 << UInt64(slot)) }
            return index
        }
    }
}

extension Array {
    /// Moves into memory for half as many again.
    fileprivate mutating func fitCapacity() {
        var fitting: Self = []
        fitting.reserveCapacity(count * 3 / 2)
        fitting.append(contentsOf: self)
        self = fitting
    }
}
