internal import Lanes
internal import Yams

/// Reads `callers`: what the file says of single callers, beside what all of them share.
struct CallersDecoder {
    private static let weightRange = 0.001...1_000.0

    /// Targets that a caller may use, as written: they are read when the tiers are known.
    struct Restriction {
        let match: CallerMatch
        let tiers: ConfigurationValue?
        let targets: ConfigurationValue?
    }

    /// By whom each line is about.
    private(set) var weights: [CallerMatch: Double] = [:]
    private(set) var ceilings: [CallerMatch: Priority] = [:]
    private(set) var restrictions: [Restriction] = []
    private var seen: [CallerMatch: Mark?] = [:]

    init(_ value: ConfigurationValue) {
        for element in value.numberedElements { read(element) }
    }

    private mutating func read(_ element: ConfigurationValue) {
        let section = ConfigurationSection<CallerConfigurationKey>(element)
        guard let match = CallerMatchDecoder.match(section[.match], of: element),
            isNew(match, element)
        else { return }
        let (weight, ceiling) = (section[.weight], section[.maxPriority])
        let (tiers, targets) = (section[.tiers], section[.targets])
        if tiers != nil || targets != nil {
            restrictions.append(Restriction(match: match, tiers: tiers, targets: targets))
        } else if weight == nil, ceiling == nil {
            element.fail(
                "says nothing of the caller; give it a weight, a max_priority, tiers or targets")
        }
        weights[match] = weight?.number(in: Self.weightRange)
        ceilings[match] = ceiling?.word(PriorityWord.self)?.priority
    }

    private mutating func isNew(_ match: CallerMatch, _ element: ConfigurationValue) -> Bool {
        if let first = seen[match] {
            let line = first.map { " on line \($0.line)" } ?? ""
            element.fail("is about the same caller as the entry\(line); write one for both")
            return false
        }
        seen[match] = .some(element.node.mark)
        return true
    }
}

/// Reads whom an entry is about.
enum CallerMatchDecoder {
    /// The last uid is no user's: the kernel has it for "none".
    private static let uidRange = 0...Int(UInt32.max - 1)

    static func match(
        _ value: ConfigurationValue?, of element: ConfigurationValue
    ) -> CallerMatch? {
        guard let value else {
            element.fail("has no match; name the caller, such as match: { uid: 1001 }")
            return nil
        }
        let section = ConfigurationSection<CallerMatchKey>(value)
        if section[.uid] == nil, section[.callerID] == nil {
            value.fail("names nobody; give it a uid, a caller_id or both")
            return nil
        }
        var match = CallerMatch()
        if let written = section[.uid] {
            guard let uid = written.whole(in: uidRange) else { return nil }
            match.uid = UInt32(uid)
        }
        if let written = section[.callerID] {
            guard let callerID = written.printable(bytesMax: 256) else { return nil }
            match.callerID = callerID
        }
        return match
    }
}

/// Priorities as the configuration writes them.
private enum PriorityWord: String, CaseIterable {
    case system, interactive, `default`, batch

    var priority: Priority? { Priority(wireName: rawValue) }
}

/// Reads `admin.uids`.
enum AdminDecoder {
    static func uids(_ value: ConfigurationValue) -> Set<UInt32>? {
        ConfigurationSection<AdminKey>(value)[.uids].map { Set($0.ids) }
    }
}

extension ConfigurationValue {
    /// A list of uids or gids.
    var ids: [UInt32] {
        (elements ?? []).compactMap { $0.whole(in: 0...Int(UInt32.max - 1)) }.map(UInt32.init)
    }
}
