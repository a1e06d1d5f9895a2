import Clocks
import Messages
import Models
import Testing

@testable import Telemetry

/// What a call's trace looks like: which spans there are, where they hang and when they were.
struct SpanTests {
    private static let names = [
        "laneway.v1.Laneway/Stream", "wait for target", "queue gpu", "chat qwen3:8b", "chat large",
    ]

    private func span(_ name: String) throws -> OTLPSpan {
        let named = Story.spans.filter { $0.name == name }
        #expect(named.count == 1, "\(name)")
        return try #require(named.first)
    }

    @Test func `a call, its waits and its attempts have a span each, a skip has none`() {
        #expect(Story.spans.map(\.name).sorted() == Self.names.sorted())
    }

    @Test func `the call is a server, attempts at others are clients, waits are neither`() throws {
        let kinds = try Self.names.map { try span($0).kind }
        #expect(kinds == [.server, .internal, .internal, .client, .client])
    }

    @Test func `an attempt at a model in this process is no client`() throws {
        let spans = Story.maker.spans(of: .of([.ran("inside/echo")]))
        #expect(spans.last?.kind == .internal)
        #expect(spans.last?.name == "chat echo")
    }

    @Test func `all hang below the call, which hangs below its client's span`() throws {
        let context = TraceContext.ofClient()
        let root = try span(Self.names[0])
        #expect(root.spanID == [0, 0, 0, 0, 0, 0, 0, 0xBB])
        #expect(root.parentSpanID == [0, 0, 0, 0, 0, 0, 0, 0xAA])
        for name in Self.names.dropFirst() {
            #expect(try span(name).parentSpanID == root.spanID, "\(name)")
        }
        for span in Story.spans {
            #expect(
                span.traceID == [
                    0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x0F, 0xED, 0xCB, 0xA9, 0x87,
                    0x65, 0x43, 0x21,
                ])
            #expect(span.flags == 1, "sampled")
        }
        #expect(Set(Story.spans.map(\.spanID)).count == Self.names.count)
        // What upstream was sent as its parent: attempts are numbered with those passed over.
        let sent = [0, 2].map { context.traceparent(ofAttempt: $0)?.split(separator: "-")[2] }
        let made = try ["chat qwen3:8b", "chat large"].map { try span($0).spanID }
        #expect(sent == made.map { Substring($0.map(Self.hex).joined()) })
    }

    private static func hex(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    @Test func `a call that nobody called from has no parent`() {
        var context = TraceContext.ofClient()
        context.parent = nil
        #expect(Story.maker.spans(of: .of([], trace: context)).map(\.parentSpanID) == [[]])
    }

    @Test func `each span was when it was, on the wall`() throws {
        let expected: [(from: Duration, to: Duration)] = [
            (.zero, .milliseconds(7_500)), (.seconds(5), .seconds(6)), (.zero, .seconds(2)),
            (.seconds(2), .seconds(5)), (.seconds(6), .milliseconds(7_500)),
        ]
        for (name, time) in zip(Self.names, expected) {
            let span = try span(name)
            #expect(span.startTimeUnixNano == Arrival.wall(after: time.from), "\(name)")
            #expect(span.endTimeUnixNano == Arrival.wall(after: time.to), "\(name)")
        }
    }

    @Test func `waits that ended without a slot and those before attempts do not share an id`() {
        var trace = Story.trace
        let wait = trace.record.report.waits[0]
        trace.record.report.waits = Array(repeating: wait, count: 5)
        for place in trace.record.report.attempts.indices {
            trace.record.report.attempts[place].queueWait = .seconds(1)
        }
        let spans = Story.maker.spans(of: trace)
        #expect(spans.count == 1 + 5 + 2 + 2)
        #expect(Set(spans.map(\.spanID)).count == spans.count)
    }

    @Test func `a target that was passed over is an event of the call`() throws {
        let events = try span(Self.names[0]).events
        #expect(events.map(\.name) == ["laneway.target.skipped"])
        #expect(
            events[0].attributes.shown == [
                "laneway.target": "'cloud/small'", "laneway.reason": "'TARGET_COOLING'",
            ])
        #expect(events[0].timeUnixNano == Arrival.wall(after: .zero))
        for name in Self.names.dropFirst() { #expect(try span(name).events.isEmpty) }
    }

    @Test(arguments: [TraceContext.ofClient(sampled: false), nil])
    func `a call that is not recorded has no span`(context: TraceContext?) {
        var trace = Story.trace
        trace.record.report.attribution.trace = context
        #expect(Story.maker.spans(of: trace).isEmpty)
        trace.record.isDetached = true
        #expect(Story.maker.spans(of: trace).isEmpty)
    }

    @Test func `an execution that outlived its call is a span below it, and nothing else`() {
        var trace = CallTrace.of([.ran("gpu/m", after: .seconds(1), for: .seconds(9))])
        let whole = Story.maker.spans(of: trace)
        trace.record.isDetached = true
        let spans = Story.maker.spans(of: trace)
        #expect(spans.map(\.name) == ["chat m"])
        #expect(spans[0].parentSpanID == whole[0].spanID)
        #expect(!whole.map(\.spanID).contains(spans[0].spanID), "the call's record has told those")
        #expect(spans[0].startTimeUnixNano == Arrival.wall(after: .seconds(1)))
        #expect(spans[0].endTimeUnixNano == Arrival.wall(after: .seconds(10)))
    }

    @Test func `the prompt and upstream's own words are in none of them`() {
        var detached = Story.trace
        detached.record.isDetached = true
        let spans = Story.spans + Story.maker.spans(of: detached)
        #expect(spans.count == Self.names.count + 2)
        for span in spans {
            let text = String(decoding: span.encoded(), as: UTF8.self)
            #expect(!text.contains("canary"), "\(span.name)")
            #expect(text.contains(span.name), "what it holds can be found")
        }
    }
}
