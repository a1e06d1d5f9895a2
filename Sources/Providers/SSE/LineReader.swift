/// Cuts the bytes of NDJSON (`application/x-ndjson`) into lines, split wherever the network split
/// them. Lines end in LF or CRLF; empty ones are nothing. A last line without an end is still given
/// out (by `ended`): whoever decodes it finds out whether it is whole.
struct LineReader: Sendable {
    private let lineBytesMax: Int
    private var line: [UInt8] = []

    init(lineBytesMax: Int) {
        self.lineBytesMax = lineBytesMax
    }

    /// Reads on. The lines that became complete are put behind those in `events`, also when it
    /// throws. After it has thrown the reader is not to be used again.
    mutating func feed(_ bytes: Span<UInt8>, into events: inout [SSEEvent]) throws(SSETooLong) {
        var start = 0
        while start < bytes.count {
            let end = bytes.firstIndex(of: 0x0A, from: start, to: bytes.count)
            if line.count + end - start > lineBytesMax {
                throw SSETooLong(what: "line", bytes: lineBytesMax + 1, bytesMax: lineBytesMax)
            }
            line.append(contentsOf: bytes.extracting(start..<end))
            if end == bytes.count { return }
            endLine(into: &events)
            start = end + 1
        }
    }

    /// The stream is over: gives out what it left behind without a line end.
    mutating func ended(into events: inout [SSEEvent]) throws(SSETooLong) {
        endLine(into: &events)
    }

    private mutating func endLine(into events: inout [SSEEvent]) {
        if line.last == 0x0D { line.removeLast() }
        if !line.isEmpty { events.append(SSEEvent(type: "", data: line)) }
        line.removeAll()
    }
}
