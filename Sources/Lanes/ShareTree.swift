import Clocks

/// The shares of one lane: bands, in a band its uids, in a uid its caller ids. A uid's share is its
/// own however many caller ids it splits it into, so nobody gains by inventing ids.
///
/// Hierarchical start-time fair queueing (Goyal, Vin, Cheng, 1996): each level is charged what its
/// calls cost, and each shares only with its siblings.
struct ShareTree {
    private var bands = [Pool](repeating: Pool(), count: Priority.allCases.count)
    /// Members of the bands, and what each is the pool of.
    private var uids = Sharing()
    private var withWork = ByKind<UInt8>(unary: 0, stream: 0)
    private var uidPools: [Pool] = []
    private var callers = Sharing()
    private var uidNumbers: [UIDKey: Int32] = [:]
    private var uidBooks: [UIDBook] = []
    /// Of the lane: for callers nothing is known of.
    private var meanCost = MeanCost()
    private(set) var unit: LaneCost

    private struct UIDKey: Hashable {
        var uid: UInt32
        var band: Int32
    }

    private struct UIDBook {
        var key: UIDKey
        /// Caller ids of it that are known.
        var callers = 0
    }

    init(unit: LaneCost) {
        self.unit = unit
    }

    // MARK: Members

    mutating func open(_ caller: CallerKey, band: Int, _ settings: LaneSettings) -> Int32 {
        let uid = uidMember(UIDKey(uid: caller.uid, band: Int32(band)), settings)
        uidBooks[Int(uid)].callers += 1
        return callers.open(in: uid, weight: settings.weight(of: caller))
    }

    mutating func close(_ member: Int32) {
        let uid = callers[member].pool
        callers.close(member)
        uidBooks[Int(uid)].callers -= 1
        guard uidBooks[Int(uid)].callers == 0 else { return }
        uidNumbers[uidBooks[Int(uid)].key] = nil
        uids.close(uid)
    }

    private mutating func uidMember(_ key: UIDKey, _ settings: LaneSettings) -> Int32 {
        if let known = uidNumbers[key] { return known }
        let uid = uids.open(in: key.band, weight: settings.weight(of: key.uid))
        uidNumbers[key] = uid
        if Int(uid) == uidPools.count {
            uidPools.append(Pool())
            uidBooks.append(UIDBook(key: key))
        } else {
            uidPools[Int(uid)] = Pool()
            uidBooks[Int(uid)] = UIDBook(key: key)
        }
        return uid
    }

    // MARK: Calls

    mutating func callWaits(_ member: Int32, isStream: Bool, streamsToo: Bool) {
        let (uid, band) = path(of: member)
        came(uid, band)
        callers.callWaits(
            member, isStream: isStream, in: &uidPools[uid], streamsToo: streamsToo)
        uids.callWaits(
            Int32(uid), isStream: isStream, in: &bands[band], streamsToo: streamsToo)
        withWork[isStream: isStream] |= 1 << UInt8(band)
    }

    /// A waiting call is gone for good.
    mutating func callLeft(_ member: Int32, isStream: Bool) {
        let (uid, band) = path(of: member)
        callers.callLeft(member, isStream: isStream, in: &uidPools[uid])
        uids.callLeft(Int32(uid), isStream: isStream, in: &bands[band])
        left(band, isStream: isStream)
        ended(uid, band)
    }

    private mutating func left(_ band: Int, isStream: Bool) {
        if bands[band].isEmpty(isStream: isStream) {
            withWork[isStream: isStream] &= ~(1 << UInt8(band))
        }
    }

    /// A call was served that streams without room would have come before.
    mutating func streamsOvertaken() {
        callers.streamsOvertaken()
        uids.streamsOvertaken()
    }

    /// A call that did not wait starts.
    mutating func callPassed(
        _ member: Int32, account: Int32, streamsToo: Bool, at now: Instant
    ) -> Charge {
        let (uid, band) = path(of: member)
        came(uid, band)
        let cost = estimate(member)
        callers[member].served.add(cost, at: now)
        return Charge(
            account: account, member: member,
            callerEpoch: callers.callPassed(
                member, cost: cost, in: &uidPools[uid], streamsToo: streamsToo),
            uidEpoch: uids.callPassed(
                Int32(uid), cost: cost, in: &bands[band], streamsToo: streamsToo),
            cost: cost, unit: unit)
    }

    /// A waiting call starts, at the estimated cost.
    mutating func callServed(
        _ member: Int32, account: Int32, isStream: Bool, cost: Int64, at now: Instant
    ) -> Charge {
        let (uid, band) = path(of: member)
        callers[member].served.add(cost, at: now)
        let callerEpoch = callers.callServed(
            member, isStream: isStream, cost: cost, in: &uidPools[uid])
        let uidEpoch = uids.callServed(
            Int32(uid), isStream: isStream, cost: cost, in: &bands[band])
        left(band, isStream: isStream)
        return Charge(
            account: account, member: member, callerEpoch: callerEpoch, uidEpoch: uidEpoch,
            cost: cost, unit: unit)
    }

    /// A call that started has ended.
    ///
    /// - Parameter cost: what it took; nil where that is not known and the charge stands.
    mutating func callEnded(_ charge: Charge, cost: Int64?, at now: Instant) {
        let (uid, band) = path(of: charge.member)
        // A charge on another scale was made before the lane changed its unit, and all was reset.
        if let cost, charge.unit == unit {
            meanCost.add(cost)
            callers[charge.member].meanCost.add(cost)
            callers[charge.member].served.add(cost - charge.cost, at: now)
            correct(charge, by: cost - charge.cost)
        }
        ended(uid, band)
    }

    private mutating func correct(_ charge: Charge, by difference: Int64) {
        if difference == 0 { return }
        let (uid, band) = path(of: charge.member)
        callers.correct(
            charge.member, by: difference, chargedIn: charge.callerEpoch, in: &uidPools[uid])
        uids.correct(
            Int32(uid), by: difference, chargedIn: charge.uidEpoch, in: &bands[band])
    }

    /// The member whose turn it is in the band.
    func first(in band: Int, streamsToo: Bool) -> Int32? {
        guard let uid = bands[band].first(streamsToo: streamsToo) else { return nil }
        return uidPools[Int(uid.member)].first(streamsToo: streamsToo)?.member
    }

    /// A bit for each band in which a call could start now, the lowest for the topmost band.
    func bandsWithWork(streamsToo: Bool) -> UInt8 {
        streamsToo ? withWork.unary | withWork.stream : withWork.unary
    }
}

// MARK: - Bookkeeping

extension ShareTree {
    private func path(of member: Int32) -> (uid: Int, band: Int) {
        let uid = callers[member].pool
        return (Int(uid), Int(uids[uid].pool))
    }

    /// What the member's next call will be charged at its start.
    func estimate(_ member: Int32) -> Int64 {
        if unit == .requests { return unit.firstGuess }
        return callers[member].meanCost.known ?? meanCost.known ?? unit.firstGuess
    }

    private mutating func came(_ uid: Int, _ band: Int) {
        uidPools[uid].callCame()
        bands[band].callCame()
    }

    private mutating func ended(_ uid: Int, _ band: Int) {
        uidPools[uid].callEnded()
        bands[band].callEnded()
    }

    /// New weights count from the next charge on; a new unit starts all shares over.
    ///
    /// - Parameter members: all that are open, with their callers.
    mutating func settingsChanged(_ settings: LaneSettings, members: [(Int32, CallerKey)]) {
        let startsOver = settings.cost != unit
        if startsOver {
            unit = settings.cost
            meanCost = MeanCost()
            for band in bands.indices { bands[band].reset() }
            for uid in uidPools.indices { uidPools[uid].reset() }
        }
        for (member, caller) in members {
            let (uid, band) = path(of: member)
            callers[member].share.reweigh(settings.weight(of: caller))
            uids[Int32(uid)].share.reweigh(settings.weight(of: caller.uid))
            guard startsOver else { continue }
            callers.reset(member, in: &uidPools[uid])
            uids.reset(Int32(uid), in: &bands[band])
        }
    }

    func weight(of member: Int32) -> Double { callers[member].share.weight }

    /// What the member was given of late, and what it would have taken.
    func service(of member: Int32, _ caller: CallerKey, at now: Instant) -> SharedService {
        let (uid, band) = path(of: member)
        let given = Double(callers[member].served.total(at: now))
        let waiting = callers[member].waiting
        let wanted = Double(waiting.unary + waiting.stream) * Double(estimate(member))
        return SharedService(
            band: band, uid: caller.uid, uidWeight: uids[Int32(uid)].share.weight,
            weight: callers[member].share.weight, given: given, asked: given + wanted)
    }

    /// Looks at everything: for tests.
    func invariants() {
        for band in bands { uids.invariants(of: band) }
        for uid in uidNumbers.values { callers.invariants(of: uidPools[Int(uid)]) }
    }

    func waiting(of member: Int32) -> ByKind<Int32> { callers[member].waiting }

    /// Uids known, once for each band: for tests.
    var uidCount: Int { uidNumbers.count }
}
