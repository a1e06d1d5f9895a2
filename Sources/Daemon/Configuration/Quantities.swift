/// Bytes as the configuration writes them: `4194304` or `4MiB`.
package enum ByteCount {
    private static let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]

    package static func read(_ text: String) -> Int? {
        let (digits, unit) = split(text)
        guard let number = Int(digits) else { return nil }
        if unit.isEmpty { return number }
        guard let scale = units.first(where: { $0.0 == unit })?.1 else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : bytes
    }

    static func spell(_ bytes: Int) -> String {
        for (name, scale) in units where bytes >= scale && bytes % scale == 0 {
            return "\(bytes / scale)\(name)"
        }
        return "\(bytes)"
    }
}

/// A duration as the configuration writes it: a whole number and a unit, `250ms` or `5m`.
enum DurationText {
    private static let units: [(String, Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    static func read(_ text: String) -> Duration? {
        let (digits, unit) = split(text)
        guard let number = Int64(digits), let scale = units.first(where: { $0.0 == unit })?.1
        else { return nil }
        let (millis, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : .milliseconds(millis)
    }

    static func spell(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let millis = seconds * 1000 + attoseconds / 1_000_000_000_000_000
        for (name, scale) in units where millis >= scale && millis % scale == 0 {
            return "\(millis / scale)\(name)"
        }
        return "\(millis)ms"
    }
}

/// The digits a quantity starts with, and what follows them.
private func split(_ text: String) -> (digits: Substring, unit: Substring) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    return (digits, text[digits.endIndex...])
}
