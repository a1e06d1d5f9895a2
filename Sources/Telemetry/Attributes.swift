import Messages

/// The attributes of a span, an event or a series, in the order in which they were set. What is
/// empty or nil is left out.
struct Attributes {
    private(set) var list: [OTLPKeyValue] = []

    mutating func set(_ key: String, _ text: String?) {
        if let text, !text.isEmpty { add(key, .stringValue(text)) }
    }

    mutating func set(_ key: String, _ number: Int?) {
        if let number { add(key, .intValue(number)) }
    }

    mutating func set(_ key: String, _ number: Double?) {
        if let number { add(key, .doubleValue(number)) }
    }

    mutating func set(_ key: String, _ duration: Duration?) {
        if let duration { add(key, .doubleValue(duration.inSeconds)) }
    }

    mutating func set(_ key: String, _ texts: [String]) {
        if texts.isEmpty { return }
        let values = texts.map { OTLPText(stringValue: $0) }
        add(key, .arrayValue(OTLPTextList(values: values)))
    }

    /// Left out where it is false.
    mutating func set(_ key: String, _ truth: Bool) {
        if truth { add(key, .boolValue(true)) }
    }

    private mutating func add(_ key: String, _ value: OTLPValue.Value) {
        list.append(OTLPKeyValue(key: key, value: OTLPValue(value: value)))
    }
}

extension Duration {
    var inSeconds: Double { self / .seconds(1) }
}
