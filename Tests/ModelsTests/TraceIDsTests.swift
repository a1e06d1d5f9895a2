import Models
import Testing

struct TraceIDsTests {
    private static let none = TraceContext?.none
    /// What SplitMix64 adds to its state before it mixes: whose negative it mixes to 0.
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    @Test func `no two of many calls share an id, and none is nothing`() throws {
        var ids = TraceIDs()
        var traces: Set<TraceID> = []
        var spans: Set<SpanID> = []
        for _ in 0..<20_000 {
            let context = ids.context(of: nil, sample: 1)
            let span = try #require(context.span)
            traces.insert(context.traceID)
            spans.formUnion(
                [span, span.child(.attempt, 0), span.child(.attempt, 1), span.child(.wait, 0)])
        }
        #expect(traces.count == 20_000)
        #expect(spans.count == 80_000)
        #expect(!traces.contains(TraceID(high: 0, low: 0)))
        #expect(!spans.contains(SpanID(raw: 0)))
    }

    @Test func `what the mixer makes nothing of is no id either`() {
        var ids = TraceIDs(seed: 0 &- Self.step)
        #expect(ids.context(of: nil, sample: 1).traceID.high == 1)
        // A child mixes its parent with the part it is; 2 stands for a wait.
        let parent = SpanID(raw: (0 &- Self.step) ^ 2 << 56 ^ 5)
        #expect(parent.child(.wait, 5) == SpanID(raw: 1))
    }

    @Test func `the spans of a call differ by what they are for and by their number`() {
        let root = SpanID(raw: 0x0123_4567_89ab_cdef)
        var seen: Set<SpanID> = [root]
        for part in [SpanID.Part.attempt, .wait, .detached] {
            for number in 0..<100 { seen.insert(root.child(part, number)) }
        }
        #expect(seen.count == 301)
    }

    @Test func `a daemon that starts anew makes other ids`() {
        var (one, other) = (TraceIDs(), TraceIDs())
        let before = (0..<1_000).map { _ in one.context(of: nil, sample: 1).traceID }
        let after = (0..<1_000).map { _ in other.context(of: nil, sample: 1).traceID }
        #expect(Set(before + after).count == 2_000)
    }

    @Test func `a trace that begins here has no parent`() {
        var ids = TraceIDs(seed: 1)
        #expect(ids.context(of: nil, sample: 1).parent == nil)
    }

    @Test func `a client's trace goes on, with a span of the call's own`() throws {
        var ids = TraceIDs(seed: 1)
        let client = try #require(
            TraceContext(traceparent: "00-0123456789abcdef0fedcba987654321-89abcdef01234567-01"))
        let (first, second) = (
            ids.context(of: client, sample: 1), ids.context(of: client, sample: 1)
        )
        for context in [first, second] {
            #expect(context.traceID == client.traceID)
            #expect(context.parent == client.parent)
            #expect(context.span != client.parent)
        }
        #expect(first.span != second.span)
    }

    @Test(arguments: [0, 0.01, 0.25, 0.5, 0.99, 1])
    func `as large a part of the traces is recorded as was asked for`(sample: Double) {
        var ids = TraceIDs(seed: 42)
        let calls = 20_000
        let sampled = (0..<calls).count { _ in ids.context(of: nil, sample: sample).isSampled }
        // Five standard deviations of as many tosses; none for never and for always.
        let spread = 5 * (Double(calls) * sample * (1 - sample)).squareRoot()
        #expect(abs(Double(sampled) - Double(calls) * sample) <= spread)
    }

    @Test(arguments: [("00", 1.0), ("01", 0.0)])
    func `a client that sends a traceparent has decided`(flags: String, sample: Double) throws {
        let client = try #require(
            TraceContext(
                traceparent: "00-0123456789abcdef0fedcba987654321-89abcdef01234567-\(flags)"))
        var ids = TraceIDs(seed: 42)
        for _ in 0..<100 {
            #expect(ids.context(of: client, sample: sample).isSampled == (flags == "01"))
        }
    }
}
