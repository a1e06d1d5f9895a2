/// Where a call stands in a distributed trace: W3C Trace Context, level 1
/// (https://www.w3.org/TR/trace-context/).
package struct TraceContext: Sendable, Hashable {
    package var traceID: TraceID
    /// The span the client is in; nil where the trace begins here.
    package var parent: SpanID?
    /// The call's own span; nil where this daemon makes none and only hands on what it was given.
    package var span: SpanID?
    /// Whoever began the trace wants it recorded.
    package var isSampled: Bool

    package init(traceID: TraceID, parent: SpanID?, span: SpanID?, isSampled: Bool) {
        self.traceID = traceID
        self.parent = parent
        self.span = span
        self.isSampled = isSampled
    }

    /// Reads a `traceparent`. One that breaks the specification counts as none, as it asks for.
    package init?(traceparent text: String) {
        let bytes = Array(text.utf8)
        // version-traceid-parentid-flags; a later version may have more behind it.
        guard bytes.count == 55 || (bytes.count > 55 && bytes[55] == UInt8(ascii: "-")),
            [2, 35, 52].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }),
            let version = Hex.read(bytes[0..<2]), version != 0xFF,
            version != 0 || bytes.count == 55,
            let high = Hex.read(bytes[3..<19]), let low = Hex.read(bytes[19..<35]),
            let parent = Hex.read(bytes[36..<52]), let flags = Hex.read(bytes[53..<55]),
            high | low != 0, parent != 0
        else { return nil }
        self.init(
            traceID: TraceID(high: high, low: low), parent: SpanID(raw: parent), span: nil,
            isSampled: flags & 1 == 1)
    }

    /// What a callee of this call is sent.
    ///
    /// - Parameter attempt: which attempt of the call it is, from 0; each has a span of its own.
    package func traceparent(ofAttempt attempt: Int) -> String? {
        guard let sender = span?.child(.attempt, attempt) ?? parent else { return nil }
        return "00-\(traceID)-\(sender)-0\(isSampled ? 1 : 0)"
    }
}

/// 16 bytes, not all of them 0.
package struct TraceID: Sendable, Hashable, CustomStringConvertible {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// 32 digits, as the specification writes it.
    package var description: String { Hex.write(high) + Hex.write(low) }
}

/// 8 bytes, not all of them 0.
package struct SpanID: Sendable, Hashable, CustomStringConvertible {
    package var raw: UInt64

    package init(raw: UInt64) {
        self.raw = raw
    }

    /// 16 digits, as the specification writes it.
    package var description: String { Hex.write(raw) }

    /// What a span below a call's own is for.
    package enum Part: UInt64, Sendable {
        case attempt = 1, wait, detached
    }

    /// The id of a span below this one. Worked out rather than kept: the attempt that sends it
    /// upstream and the record that is made when the call is over come to the same one.
    package func child(_ part: Part, _ number: Int) -> SpanID {
        var mixer = Mixer(state: raw ^ part.rawValue << 56 ^ UInt64(truncatingIfNeeded: number))
        return SpanID(raw: mixer.next())
    }
}

/// Makes ids for traces that begin here and for the spans of calls: random for each start of the
/// daemon, then mixed, since asking the kernel for each id costs more than the call.
package struct TraceIDs: Sendable {
    private var mixer: Mixer

    package init(seed: UInt64 = .random(in: 0...UInt64.max)) {
        mixer = Mixer(state: seed)
    }

    /// The context of a call of ours.
    ///
    /// - Parameters:
    ///   - client: what the client sent; nil for none.
    ///   - sample: the part of the traces beginning here that is recorded, 0 to 1.
    package mutating func context(of client: TraceContext?, sample: Double) -> TraceContext {
        var context =
            client
            ?? TraceContext(
                traceID: TraceID(high: mixer.next(), low: mixer.next()), parent: nil, span: nil,
                isSampled: Double(mixer.next() >> 11) * 0x1p-53 < sample)
        context.span = SpanID(raw: mixer.next())
        return context
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014), but for 0, which no id may be.
private struct Mixer: Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return mixed == 0 ? 1 : mixed
    }
}

/// Numbers as the specification writes them: lower case, all digits.
private enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func write(_ number: UInt64) -> String {
        let text = (0..<16).map { digits[Int(number >> UInt64(60 - $0 * 4) & 0xF)] }
        return String(decoding: text, as: UTF8.self)
    }

    /// - Returns: nil where one is no digit; upper case is not taken.
    static func read(_ text: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for byte in text {
            guard let digit = digits.firstIndex(of: byte) else { return nil }
            number = number << 4 | UInt64(digit)
        }
        return number
    }
}
