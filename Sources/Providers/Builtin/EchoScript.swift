package import Models

/// What `builtin/echo` is told to do: how fast to speak and where to fail.
///
/// Written behind the model's name, as in a URL, and read strictly:
/// `builtin/echo?pace=50&first_chunk=200ms&fail=rate_limited&retry_after=2s&after=3`.
///
/// | directive | meaning | default |
/// | --- | --- | --- |
/// | `pace` | tokens per second, a number above 0 | as fast as they are read |
/// | `first_chunk` | wait before the first token: `200`, `200ms`, `2s`, `1m` | none |
/// | `fail` | a kind of `ProviderFailure` (`rate_limited`), or `hang` to fall silent | none |
/// | `after` | tokens said before it fails; 0 fails before it is established | 0 |
/// | `retry_after` | the hint the failure carries, written like `first_chunk` | none |
/// | `status` | the HTTP status the failure carries, 100 to 599 | the kind's usual one |
/// | `repeat` | how many times the prompt is said, 1 to 1,000,000 | 1 |
package struct EchoScript: Sendable, Hashable {
    /// nil speaks as fast as it is read.
    package var paceTokensPerSecond: Double?
    package var firstChunkDelay: Duration = .zero
    package var fault: Fault?
    /// Tokens said before the fault.
    package var faultAfterTokens = 0
    package var retryAfter: Duration?
    package var httpStatus: Int?
    package var repeats = 1

    package enum Fault: Sendable, Hashable {
        case fail(ProviderFailure.Kind)
        /// Says nothing more and never ends.
        case hang
    }

    package init() {}

    /// Nothing to wait for: it answers in one go, without suspending.
    package var isUnpaced: Bool {
        paceTokensPerSecond == nil && firstChunkDelay == .zero && fault != .hang
    }
}

extension EchoScript {
    /// Reads the directives behind the `?` on top of `defaults`.
    ///
    /// - Returns: nil when one is unknown, given twice, or its value is out of range.
    package init?(directives: some StringProtocol, defaults: EchoScript) {
        self = defaults
        var seen: Set<String> = []
        for directive in directives.split(separator: "&", omittingEmptySubsequences: false) {
            let halves = directive.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, seen.insert(String(halves[0])).inserted,
                set(String(halves[0]), to: String(halves[1]))
            else { return nil }
        }
    }

    private mutating func set(_ name: String, to text: String) -> Bool {
        switch name {
        case "pace": assign(Self.pace(text), to: \.paceTokensPerSecond)
        case "first_chunk": assign(Duration(directive: text), to: \.firstChunkDelay)
        case "fail": assign(Fault(directive: text), to: \.fault)
        case "after": assign(Self.count(text, in: 0...1_000_000), to: \.faultAfterTokens)
        case "retry_after": assign(Duration(directive: text), to: \.retryAfter)
        case "status": assign(Self.count(text, in: 100...599), to: \.httpStatus)
        case "repeat": assign(Self.count(text, in: 1...1_000_000), to: \.repeats)
        default: false
        }
    }

    private mutating func assign<Value>(
        _ value: Value?, to path: WritableKeyPath<EchoScript, Value>
    ) -> Bool {
        guard let value else { return false }
        self[keyPath: path] = value
        return true
    }

    private mutating func assign<Value>(
        _ value: Value?, to path: WritableKeyPath<EchoScript, Value?>
    ) -> Bool {
        guard let value else { return false }
        self[keyPath: path] = value
        return true
    }

    private static func pace(_ text: String) -> Double? {
        Double(text).flatMap { $0.isFinite && $0 > 0 && $0 <= 1_000_000 ? $0 : nil }
    }

    private static func count(_ text: String, in range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
}

extension EchoScript.Fault {
    /// `hang`, or a failure's kind in snake case, as the configuration writes words.
    package init?(directive: String) {
        if directive == "hang" {
            self = .hang
            return
        }
        guard let kind = ProviderFailure.Kind.allCases.first(where: { $0.directive == directive })
        else { return nil }
        self = .fail(kind)
    }
}

extension ProviderFailure.Kind {
    /// `rateLimited` as `rate_limited`.
    package var directive: String {
        rawValue.reduce(into: "") { word, letter in
            word += letter.isUppercase ? "_\(letter.lowercased())" : String(letter)
        }
    }

    /// The status such a failure usually arrives with; 0 where none arrives.
    var usualStatus: Int {
        switch self {
        case .unreachable, .firstChunkTimeout, .idleTimeout, .incapable: 0
        case .serverError: 500
        case .overloaded: 503
        case .rateLimited, .quotaExhausted: 429
        case .credentials: 401
        case .modelNotFound: 404
        case .contextTooLong, .contentPolicy, .badRequest: 400
        case .malformed, .interrupted: 200
        }
    }
}

extension Duration {
    /// `200` and `200ms` are milliseconds, `1.5s` seconds, `2m` minutes; at most a day.
    init?(directive: String) {
        let number = directive.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let value = Double(number), value.isFinite else { return nil }
        let seconds: Double
        switch directive[number.endIndex...] {
        case "", "ms": seconds = value / 1000
        case "s": seconds = value
        case "m": seconds = value * 60
        default: return nil
        }
        if seconds > 86_400 { return nil }
        self = .seconds(seconds)
    }
}
