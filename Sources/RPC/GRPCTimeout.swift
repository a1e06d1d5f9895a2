/// The `grpc-timeout` header: one to eight digits and a unit (gRPC over HTTP/2, "Timeout").
package enum GRPCTimeout {
    /// Longer than any call lives; what a greater timeout is clamped to.
    private static let longest = Duration.seconds(365 * 24 * 3_600)

    /// - Returns: nil when the text is no timeout.
    package static func parse(_ text: some BidirectionalCollection<UInt8>) -> Duration? {
        guard let unit = text.last, (2...9).contains(text.count) else { return nil }
        var value = 0
        for digit in text.dropLast() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        switch unit {
        case UInt8(ascii: "H"): return min(.seconds(value * 3_600), longest)
        case UInt8(ascii: "M"): return min(.seconds(value * 60), longest)
        case UInt8(ascii: "S"): return min(.seconds(value), longest)
        case UInt8(ascii: "m"): return .milliseconds(value)
        case UInt8(ascii: "u"): return .microseconds(value)
        case UInt8(ascii: "n"): return .nanoseconds(value)
        default: return nil
        }
    }

    /// Rounds up, so that a server never ends a call before its client would.
    package static func format(_ timeout: Duration) -> String {
        let units: [(unit: String, duration: Duration)] = [
            ("n", .nanoseconds(1)), ("u", .microseconds(1)), ("m", .milliseconds(1)),
            ("S", .seconds(1)), ("M", .seconds(60)), ("H", .seconds(3_600)),
        ]
        for (unit, duration) in units {
            let count = (timeout / duration).rounded(.up)
            if count < 100_000_000 { return "\(max(0, Int(count)))\(unit)" }
        }
        return "99999999H"
    }
}
