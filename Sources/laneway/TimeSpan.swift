/// A span of time as people write it: a number and its unit.
enum TimeSpan {
    /// - Returns: nil for what is none: it is `250ms`, `10s`, `90m`, `24h` or `7d`.
    static func seconds(_ text: String) -> Double? {
        // `ms` before `s`, which it ends with.
        let units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400)]
        guard let (unit, length) = units.first(where: { text.hasSuffix($0.0) }),
            let count = Double(text.dropLast(unit.count)), count >= 0, count.isFinite
        else { return nil }
        return count * length
    }
}
