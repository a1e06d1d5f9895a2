extension Duration {
    /// For messages: `250 ms`, `3 s`, `90 s`.
    var shown: String {
        let (seconds, attoseconds) = components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if seconds == 0 { return "\(milliseconds) ms" }
        return milliseconds == 0
            ? "\(seconds) s" : "\(Double(seconds * 1000 + milliseconds) / 1000) s"
    }

    /// The same, rounded up to whole seconds: for hints.
    var shownRoughly: String {
        let (seconds, attoseconds) = components
        return "\(max(1, attoseconds > 0 ? seconds + 1 : seconds)) s"
    }
}

extension Int {
    /// With a comma between thousands: `5,242,880`.
    package var shown: String {
        var digits = String(magnitude)
        var at = digits.count - 3
        while at > 0 {
            digits.insert(",", at: digits.index(digits.startIndex, offsetBy: at))
            at -= 3
        }
        return self < 0 ? "-" + digits : digits
    }
}

extension String {
    /// For messages: a name from outside may be of any length.
    var brief: String { brief(80) }

    func brief(_ bytesMax: Int) -> String {
        utf8.count <= bytesMax ? self : prefix(utf8Bytes: bytesMax - 3) + "..."
    }
}
