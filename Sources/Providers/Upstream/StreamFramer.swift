/// Cuts the bytes of a stream into events, however they are framed.
enum StreamFramer: Sendable {
    case serverSentEvents(SSEReader)
    case lines(LineReader)

    init(_ framing: StreamFraming, _ limits: ProviderLimits) {
        switch framing {
        case .serverSentEvents:
            self = .serverSentEvents(
                SSEReader(lineBytesMax: limits.lineBytesMax, eventBytesMax: limits.eventBytesMax))
        case .lines: self = .lines(LineReader(lineBytesMax: limits.lineBytesMax))
        }
    }

    mutating func feed(_ bytes: Span<UInt8>, into events: inout [SSEEvent]) throws(SSETooLong) {
        switch self {
        case .serverSentEvents(var reader):
            // Taken out while it is changed: what it holds would else be copied.
            self = .lines(LineReader(lineBytesMax: 0))
            defer { self = .serverSentEvents(reader) }
            try reader.feed(bytes, into: &events)
        case .lines(var reader):
            self = .lines(LineReader(lineBytesMax: 0))
            defer { self = .lines(reader) }
            try reader.feed(bytes, into: &events)
        }
    }

    mutating func ended(into events: inout [SSEEvent]) throws(SSETooLong) {
        switch self {
        case .serverSentEvents(var reader):
            try reader.ended(into: &events)
            self = .serverSentEvents(reader)
        case .lines(var reader):
            try reader.ended(into: &events)
            self = .lines(reader)
        }
    }
}
