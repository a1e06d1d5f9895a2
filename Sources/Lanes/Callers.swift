import Clocks

/// The lane's books on its callers: what each has waiting, and where it stands in each band.
///
/// A caller is known while it has calls, and for a while after, because what it still owes is part
/// of its share. Of idle ones only so many are kept: ids are the client's to invent, and what is
/// forgotten is owed to nobody but its own uid.
struct Callers {
    /// Idle callers that are remembered.
    static let idleMax = 1_024

    private var accounts = Slab<Account>()
    private var links: [Links] = []
    private var index = HashIndex()
    /// Without calls; the first has been so for longest.
    private var idle = Line()
    private var idleCount = 0
    /// The account that was asked for at last.
    private var last: Int32?

    /// 64 bytes, a line of the cache: each call looks at a few of these, and with many callers each
    /// look is a walk to memory.
    struct Account {
        /// Its member of each band's sharing; -1 where it has had no call.
        var members = SIMD4<Int32>(repeating: -1)
        var key: CallerKey
        /// All it ever started; wraps.
        var started: UInt32 = 0
        /// Bytes of its calls that wait, in all bands, and these calls.
        var bytes = 0
        var depth: Int32 = 0
        /// Its calls that have a slot, and its established streams.
        var running: Int32 = 0
        var openStreams: Int32 = 0
        /// Calls that wait or run, and open streams.
        var active: Int32 = 0

        init(key: CallerKey) {
            self.key = key
        }

        mutating func callStarted() {
            running += 1
            started &+= 1
        }

        mutating func count(_ bytes: Int, _ sign: Int) {
            depth += Int32(truncatingIfNeeded: sign)
            self.bytes += sign * bytes
        }
    }

    /// Callers known.
    var count: Int { index.count }

    subscript(_ account: Int32) -> Account {
        get { accounts[account] }
        _modify { yield &accounts[account] }
    }

    /// The caller's account, opened as an idle one if it is not known.
    mutating func account(of caller: CallerKey) -> Int32 {
        // Many calls in a row are of the same caller.
        if let last, accounts[last].key == caller { return last }
        let hash = HashIndex.hash(caller)
        if let known = index.find(hash, where: { accounts[$0].key == caller }) {
            last = known
            return known
        }
        let account = accounts.insert(Account(key: caller))
        last = account
        if links.count < accounts.capacity { links.append(Links()) }
        index.insert(account, hash: hash)
        idle.append(account, in: &links)
        idleCount += 1
        return account
    }

    mutating func callCame(_ account: Int32) {
        accounts[account].active += 1
        if accounts[account].active == 1 {
            idle.remove(account, in: &links)
            idleCount -= 1
        }
    }

    mutating func callEnded(_ account: Int32) {
        accounts[account].active -= 1
        if accounts[account].active == 0 {
            idle.append(account, in: &links)
            idleCount += 1
        }
    }

    /// Forgets the caller that has been idle for longest, where too many are.
    ///
    /// - Returns: its account, as it was.
    mutating func forgetOne() -> Account? {
        guard idleCount > Self.idleMax, let account = idle.popFirst(in: &links) else { return nil }
        let forgotten = accounts[account]
        idleCount -= 1
        if last == account { last = nil }
        index.remove(account, hash: HashIndex.hash(forgotten.key))
        // The next to use the place writes all of it; only the text is let go now.
        accounts[account].key.callerID = ""
        accounts.remove(account)
        return forgotten
    }

    /// Those known, in no order.
    var all: [Int32] { index.records }

    func invariants() {
        let idle = idle.members(in: links)
        precondition(idle.count == idleCount && idleCount <= Self.idleMax)
        for account in idle {
            precondition(accounts[account].active == 0, "busy, and in idle line")
        }
    }
}
