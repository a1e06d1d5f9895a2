import Models
import Testing

/// The `traceparent` of W3C Trace Context, level 1, section 3.2.
struct TraceContextTests {
    private static let trace = "0123456789abcdef0fedcba987654321"
    private static let parent = "89abcdef01234567"
    private static let good = "00-\(trace)-\(parent)-01"

    private static func read(_ text: String) -> TraceContext? { TraceContext(traceparent: text) }

    @Test func `a traceparent is read as it was written`() throws {
        let context = try #require(Self.read(Self.good))
        #expect(context.traceID == TraceID(high: 0x0123_4567_89ab_cdef, low: 0x0fed_cba9_8765_4321))
        #expect(context.parent == SpanID(raw: 0x89ab_cdef_0123_4567))
        #expect(context.span == nil)
        #expect(context.isSampled)
        #expect("\(context.traceID)" == Self.trace)
        #expect(context.parent.map { "\($0)" } == Self.parent)
    }

    @Test func `an id is written with all its digits`() {
        #expect("\(TraceID(high: 0, low: 0xA))" == "0000000000000000000000000000000a")
        #expect("\(SpanID(raw: 1))" == "0000000000000001")
    }

    @Test(arguments: [
        "", "00", "-", good + "-", good + "-more", good + ".", good + "0", "0" + good,
        good + "\n", " " + good, "00-\(trace)-\(parent)", "00-\(trace)-\(parent)-",
        "00-\(trace)-\(parent)-1", "00-\(trace)-\(parent)-001", "0-\(trace)-\(parent)-01",
        "000-\(trace)-\(parent)-01", "00-\(trace.dropLast())-\(parent)-01",
        "00-\(trace)0-\(parent)-01", "00-\(trace)-\(parent.dropLast())-01",
        "00-\(trace)-\(parent)0-01",
    ]) func `version 00 has one length`(text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test(arguments: ["01", "9a", "cc", "fe"])
    func `a later version may have more behind a dash, and is read as far as it is known`(
        version: String
    ) {
        let later = "\(version)-\(Self.trace)-\(Self.parent)-01"
        for text in [later, later + "-", later + "-what comes then", later + "--"] {
            #expect(Self.read(text) == Self.read(Self.good), "\(text)")
        }
        for text in [later + ".", later + "x-", later + "0", String(later.dropLast())] {
            #expect(Self.read(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        "ff-\(trace)-\(parent)-01", "ff-\(trace)-\(parent)-01-more",
        "00-00000000000000000000000000000000-\(parent)-01", "00-\(trace)-0000000000000000-01",
        "00-\(trace.uppercased())-\(parent)-01", "00-\(trace)-\(parent.uppercased())-01",
        "0A-\(trace)-\(parent)-01", "00-\(trace)-\(parent)-0A", "00_\(trace)-\(parent)-01",
        "00-\(trace)_\(parent)-01", "00-\(trace)-\(parent)_01", "00:\(trace):\(parent):01",
        "+0-\(trace)-\(parent)-01", "00-\(trace)-+\(parent.dropLast())-01",
        "é-\(trace)-\(parent)-01",
    ]) func `what the specification calls invalid counts as none`(text: String) {
        #expect(Self.read(text) == nil)
    }

    @Test func `half of an id may be nothing`() {
        let zeros = String(repeating: "0", count: 16)
        #expect(Self.read("00-\(zeros)\(Self.parent)-\(Self.parent)-01") != nil)
        #expect(Self.read("00-\(Self.parent)\(zeros)-\(Self.parent)-01") != nil)
    }

    @Test(arguments: 0...255) func `only the last bit of the flags is looked at`(flags: Int) {
        let digits = (flags < 16 ? "0" : "") + String(flags, radix: 16)
        let context = Self.read("00-\(Self.trace)-\(Self.parent)-\(digits)")
        #expect(context?.isSampled == (flags % 2 == 1))
    }

    @Test func `a slip anywhere is judged as the grammar does`() throws {
        let grammar =
            #/
            00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}
            | (?!00|ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?
            /#
        let zeros = String(repeating: "0", count: 15)
        var taken = 0
        let all = [
            Self.good, "00-\(zeros)0\(zeros)1-\(zeros)1-00", "cc-\(Self.trace)-\(Self.parent)-01-x",
        ]
        for text in all {
            let letters = Array(text)
            for place in letters.indices {
                for letter in "0f1F-g. ~" {
                    let put = letters[..<place] + [letter]
                    for slip in [put + letters[place...], put + letters[(place + 1)...]] {
                        let slip = String(slip)
                        let isGood = try grammar.wholeMatch(in: slip) != nil
                        #expect((Self.read(slip) != nil) == isGood, "\(slip)")
                        taken += isGood ? 1 : 0
                    }
                }
            }
        }
        #expect(taken > 200, "both answers come up")
    }
}

/// What a callee is sent.
struct TraceparentTests {
    private static let trace = "0123456789abcdef0fedcba987654321"

    private func context(_ flags: String, span: UInt64?) throws -> TraceContext {
        var context = try #require(
            TraceContext(traceparent: "00-\(Self.trace)-89abcdef01234567-\(flags)"))
        context.span = span.map { SpanID(raw: $0) }
        return context
    }

    @Test func `each attempt hands on the id that its own span gets`() throws {
        let context = try context("01", span: 7)
        var seen: Set<String> = []
        for attempt in 0..<5 {
            let sent = try #require(context.traceparent(ofAttempt: attempt))
            let span = SpanID(raw: 7).child(.attempt, attempt)
            #expect(sent == "00-\(Self.trace)-\(span)-01")
            #expect(TraceContext(traceparent: sent)?.parent == span)
            #expect(seen.insert(sent).inserted)
        }
    }

    @Test func `a trace that is not recorded says so to the callee`() throws {
        let sent = try #require(try context("00", span: 7).traceparent(ofAttempt: 0))
        #expect(sent.hasSuffix("-00"))
        #expect(TraceContext(traceparent: sent)?.isSampled == false)
    }

    @Test func `without a span of its own a call hands on what it was given`() throws {
        for attempt in 0..<3 {
            #expect(
                try context("01", span: nil).traceparent(ofAttempt: attempt)
                    == "00-\(Self.trace)-89abcdef01234567-01")
        }
        // Flags that version 00 does not know are not handed on, nor is a later version.
        #expect(try context("ff", span: nil).traceparent(ofAttempt: 0)?.hasSuffix("-01") == true)
        let later = TraceContext(traceparent: "cc-\(Self.trace)-89abcdef01234567-00-more")
        #expect(later?.traceparent(ofAttempt: 0) == "00-\(Self.trace)-89abcdef01234567-00")
    }

    @Test func `who has neither a span nor a parent hands on nothing`() {
        let context = TraceContext(
            traceID: TraceID(high: 1, low: 1), parent: nil, span: nil, isSampled: true)
        #expect(context.traceparent(ofAttempt: 0) == nil)
    }
}
