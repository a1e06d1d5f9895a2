/// One event of an event stream.
struct SSEEvent: Sendable, Hashable {
    /// The `event` field; empty where there was none, which means `message`.
    var type: String
    /// The `data` lines, joined by line feeds.
    var data: [UInt8]
}

/// A line or an event that is longer than this daemon takes.
struct SSETooLong: Error, Sendable, Hashable, CustomStringConvertible {
    /// `line` or `event`.
    var what: String
    var bytes: Int
    var bytesMax: Int

    var description: String {
        "a stream's \(what) of more than \(bytes - 1) bytes; the limit is \(bytesMax)"
    }
}

/// Cuts the bytes of a `text/event-stream` into events. Knows no socket: bytes in, events out,
/// split wherever the network split them.
///
/// After "Server-sent events" of the WHATWG HTML standard: lines end in LF, CR or CRLF, a byte
/// order mark at the start is skipped, lines that begin with a colon are comments, `id` and `retry`
/// are of no use here. It departs from it in one place: an event that the end of the stream cuts
/// off before its blank line is still given out (by `ended`), since some servers leave the last
/// blank line out; whoever decodes the event finds out whether it is whole.
struct SSEReader: Sendable {
    private static let dataName = Array("data".utf8)
    private static let eventName = Array("event".utf8)

    private let lineBytesMax: Int
    private let eventBytesMax: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var type = ""
    private var skipsLineFeed = false
    private var isFirstLine = true

    init(lineBytesMax: Int, eventBytesMax: Int) {
        self.lineBytesMax = lineBytesMax
        self.eventBytesMax = eventBytesMax
    }

    /// Reads on. The events that became complete are put behind those in `events`, also when it
    /// throws. After it has thrown the reader is not to be used again.
    mutating func feed(_ bytes: Span<UInt8>, into events: inout [SSEEvent]) throws(SSETooLong) {
        var start = 0
        if skipsLineFeed, bytes.count > 0 {
            skipsLineFeed = false
            if bytes[0] == .lineFeed { start = 1 }
        }
        // Looked for once a line feed, or many lines that end in CR would each look through all.
        var lineFeed = bytes.firstIndex(of: .lineFeed, from: start, to: bytes.count)
        while true {
            let end = bytes.firstIndex(of: .carriageReturn, from: start, to: lineFeed)
            try take(bytes, from: start, to: end)
            if end == bytes.count { return }
            try endLine(into: &events)
            start = end + 1
            if bytes[end] == .carriageReturn {
                if start == bytes.count { return skipsLineFeed = true }
                if bytes[start] == .lineFeed { start += 1 }
            }
            if start > lineFeed {
                lineFeed = bytes.firstIndex(of: .lineFeed, from: start, to: bytes.count)
            }
        }
    }

    /// The stream is over: gives out what it left behind without a blank line.
    mutating func ended(into events: inout [SSEEvent]) throws(SSETooLong) {
        if !line.isEmpty { try endLine(into: &events) }
        endEvent(into: &events)
    }

    private mutating func take(
        _ bytes: Span<UInt8>, from start: Int, to end: Int
    ) throws(SSETooLong) {
        let count = line.count + end - start
        if count > lineBytesMax {
            throw SSETooLong(what: "line", bytes: lineBytesMax + 1, bytesMax: lineBytesMax)
        }
        line.append(contentsOf: bytes.extracting(start..<end))
    }

    private mutating func endLine(into events: inout [SSEEvent]) throws(SSETooLong) {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        if line.isEmpty { return endEvent(into: &events) }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
        var value = colon + 1
        if value < line.count, line[value] == UInt8(ascii: " ") { value += 1 }
        try field(line[..<colon], value: line[min(value, line.count)...])
    }

    private mutating func field(
        _ name: ArraySlice<UInt8>, value: ArraySlice<UInt8>
    ) throws(SSETooLong) {
        if name.elementsEqual(Self.dataName) {
            let count = data.count + value.count + (hasData ? 1 : 0)
            if count > eventBytesMax {
                throw SSETooLong(what: "event", bytes: eventBytesMax + 1, bytesMax: eventBytesMax)
            }
            if hasData { data.append(.lineFeed) }
            data.append(contentsOf: value)
            hasData = true
        } else if name.elementsEqual(Self.eventName) {
            type = String(decoding: value, as: UTF8.self)
        }
        // All else is a comment (its name is empty) or a field that the standard says to ignore.
    }

    private mutating func endEvent(into events: inout [SSEEvent]) {
        if hasData { events.append(SSEEvent(type: type, data: data)) }
        data.removeAll()
        hasData = false
        type = ""
    }
}

extension UInt8 {
    fileprivate static let lineFeed: UInt8 = 0x0A
    fileprivate static let carriageReturn: UInt8 = 0x0D
}
