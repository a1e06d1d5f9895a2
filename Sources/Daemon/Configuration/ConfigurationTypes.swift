/// The types of the configuration's language. A message says what was written and what may be.
extension ConfigurationValue {
    var flag: Bool? {
        guard let text else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            fail("is \(quoted(text)); write true or false")
            return nil
        }
    }

    func whole(in range: ClosedRange<Int>) -> Int? {
        guard let text else { return nil }
        guard let number = Int(text), !text.hasPrefix("+") else {
            fail("is \(quoted(text)); write a whole number such as \(range.lowerBound)")
            return nil
        }
        return check(number, written: text, in: range) { "\($0)" }
    }

    func number(in range: ClosedRange<Double>) -> Double? {
        guard let text else { return nil }
        guard let number = Double(text), number.isFinite else {
            fail("is \(quoted(text)); write a number such as 20")
            return nil
        }
        return check(number, written: text, in: range) { "\($0)" }
    }

    func bytes(in range: ClosedRange<Int>) -> Int? {
        guard let text else { return nil }
        guard let bytes = ByteCount.read(text) else {
            fail("is \(quoted(text)); write bytes such as 4194304, 4096KiB, 4MiB or 1GiB")
            return nil
        }
        return check(bytes, written: text, in: range, spelled: ByteCount.spell)
    }

    func duration(in range: ClosedRange<Duration>) -> Duration? {
        guard let text else { return nil }
        guard let duration = DurationText.read(text) else {
            fail("is \(quoted(text)); write a duration with its unit, such as 250ms, 60s, 5m or 1h")
            return nil
        }
        return check(duration, written: text, in: range, spelled: DurationText.spell)
    }

    /// One of the words of an enumeration.
    func word<Word>(_ words: Word.Type = Word.self) -> Word?
    where Word: RawRepresentable<String> & CaseIterable {
        guard let text else { return nil }
        if let word = Word(rawValue: text) { return word }
        let known = Word.allCases.map(\.rawValue)
        let hint = NearestKey.of(text, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
        fail("is \(quoted(text)); it takes \(known.joined(separator: ", "))\(hint)")
        return nil
    }

    /// Text that is sent or shown: not empty, without control characters.
    func printable(bytesMax: Int) -> String? {
        guard let text else { return nil }
        if text.isEmpty || text.contains(where: \.isControl) {
            fail("is \(quoted(text)); it takes text without control characters")
            return nil
        }
        let bytes = text.utf8.count
        if bytes <= bytesMax { return text }
        fail("is \(bytes) bytes; it takes up to \(bytesMax)")
        return nil
    }

    private func check<Quantity: Comparable>(
        _ quantity: Quantity, written: String, in range: ClosedRange<Quantity>,
        spelled: (Quantity) -> String
    ) -> Quantity? {
        if range.contains(quantity) { return quantity }
        let limits = "\(spelled(range.lowerBound)) to \(spelled(range.upperBound))"
        fail("is \(written); it takes \(limits)")
        return nil
    }
}
