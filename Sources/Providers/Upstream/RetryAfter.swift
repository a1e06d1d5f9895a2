import NIOHTTP1

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How long an upstream asks to be left alone, read from its headers.
enum RetryAfter {
    /// What a hint is capped at: a clock that is wrong or a number that is absurd would else take a
    /// target away for good, while asking once an hour costs nothing.
    static let max: Duration = .seconds(3600)

    /// - Parameter wallNow: what a date is compared with when the answer has no `date` of its own.
    /// - Returns: nil when there is no hint, or none that makes sense.
    static func read(_ headers: HTTPHeaders, wallNow: Date) -> Duration? {
        if let text = headers.first(name: "retry-after-ms"), let wait = Double(text) {
            return capped(seconds: wait / 1000)
        }
        if let text = headers.first(name: "retry-after") {
            if let wait = Double(text) { return capped(seconds: wait) }
            if let then = HTTPDate.parse(text) {
                return wait(until: then, headers, wallNow: wallNow)
            }
        }
        return usedUp(headers, wallNow: wallNow)
    }

    /// The reset of a window of which nothing remains, the latest where there are several.
    static func usedUp(_ headers: HTTPHeaders, wallNow: Date) -> Duration? {
        windows.lazy.compactMap { $0.wait(headers, wallNow: wallNow) }.max()
    }

    /// Gemini's hint, which is in the error's body: `google.rpc.RetryInfo` among its details.
    static func read(details: [RPCDetail]) -> Duration? {
        details.lazy.filter { $0.type.hasSuffix("google.rpc.RetryInfo") }
            .compactMap { $0.retryDelay.flatMap(goDuration) }.first
            .flatMap { capped(seconds: $0) }
    }

    /// By the upstream's own clock where it tells it: ours may differ.
    fileprivate static func wait(
        until then: Date, _ headers: HTTPHeaders, wallNow: Date
    ) -> Duration? {
        let now = headers.first(name: "date").flatMap(HTTPDate.parse) ?? wallNow
        return capped(seconds: Swift.max(0, then.timeIntervalSince(now)))
    }

    fileprivate static func capped(seconds: Double) -> Duration? {
        guard !seconds.isNaN, seconds >= 0 else { return nil }
        return seconds >= 3600 ? max : .milliseconds(Int((seconds * 1000).rounded(.up)))
    }

    /// Seconds of a duration as Go prints it: `1m13.588s`, `11ms`, `6h0m0s`.
    static func goDuration(_ text: String) -> Double? {
        var rest = text[...]
        var seconds = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest[digits.endIndex...]
            let unit = rest.prefix { $0.isLetter }
            rest = rest[unit.endIndex...]
            guard let number = Double(digits), let scale = unitSeconds[String(unit)] else {
                return nil
            }
            seconds += number * scale
        }
        return text.isEmpty ? nil : seconds
    }

    private static let unitSeconds: [String: Double] = [
        "d": 86_400, "h": 3600, "m": 60, "s": 1, "ms": 0.001, "us": 1e-6, "µs": 1e-6, "ns": 1e-9,
    ]
}

// MARK: - Rate limits

extension RetryAfter {
    /// OpenAI's `x-ratelimit-*` and Anthropic's `anthropic-ratelimit-*`. Made once: every good answer
    /// is asked for all of them.
    private static let windows =
        ["requests", "tokens"].map {
            RateWindow(
                remaining: "x-ratelimit-remaining-\($0)", reset: "x-ratelimit-reset-\($0)",
                form: .duration)
        }
        + ["requests", "tokens", "input-tokens", "output-tokens"].map {
            RateWindow(
                remaining: "anthropic-ratelimit-\($0)-remaining",
                reset: "anthropic-ratelimit-\($0)-reset", form: .moment)
        }
}

/// One of an upstream's rate limits: the headers with what remains of it and with when it is whole
/// again.
private struct RateWindow {
    enum Form { case duration, moment }

    let remaining: String
    let reset: String
    let form: Form

    /// How long nothing remains; nil where something does, or nothing is said.
    func wait(_ headers: HTTPHeaders, wallNow: Date) -> Duration? {
        guard headers.first(name: remaining) == "0", let text = headers.first(name: reset) else {
            return nil
        }
        switch form {
        case .duration:
            return RetryAfter.goDuration(text).flatMap { RetryAfter.capped(seconds: $0) }
        case .moment:
            guard let then = try? Date(text, strategy: .iso8601) else { return nil }
            return RetryAfter.wait(until: then, headers, wallNow: wallNow)
        }
    }
}

/// The one form of date that HTTP servers still send: `Sun, 06 Nov 1994 08:49:37 GMT`
/// (RFC 9110, section 5.6.7).
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func parse(_ text: String) -> Date? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]),
            let month = months.firstIndex(of: String(words[2])), let year = Int(words[3])
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (1...31).contains(day), (1970...9999).contains(year),
            (0...23).contains(clock[0]), (0...59).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        let days = daysSince1970(year: year, month: month + 1, day: day)
        let seconds = ((days * 24 + clock[0]) * 60 + clock[1]) * 60 + clock[2]
        return Date(timeIntervalSince1970: Double(seconds))
    }

    /// Days of the proleptic Gregorian calendar, by counting years from March on so that the leap
    /// day comes last.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month > 2 ? year : year - 1
        let monthFromMarch = (month + 9) % 12
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        // 719,468 days lie between 1 March of the year 0 and 1 January 1970.
        return marchYear * 365 + leapDays + (monthFromMarch * 153 + 2) / 5 + day - 1 - 719_468
    }
}
