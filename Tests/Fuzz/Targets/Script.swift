import HandFrames
import Messages

/// An input read as what a client does, so that what changes in it changes that and not only the
/// lengths of its frames.
struct Script {
    private var rest: ArraySlice<UInt8>
    private(set) var steps: [FuzzConnection.Step] = []

    init(_ input: ArraySlice<UInt8>) {
        rest = input
    }

    var isOver: Bool { rest.isEmpty }

    /// 0 where there is none left.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// So many bytes as the next one says, or all that are left.
    mutating func run() -> [UInt8] {
        let count = Int(byte())
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// Few numbers, so that frames meet on one stream.
    mutating func stream() -> UInt32 { UInt32(byte() % 8) }

    mutating func send(_ bytes: [UInt8]) { steps.append(.send(bytes)) }

    /// What clients of both wires do beside sending frames.
    mutating func act() {
        switch byte() % 4 {
        case 0: steps.append(.wind(.milliseconds(1 << Int(byte() % 24))))
        case 1: steps.append(.drain)
        case 2: send(run())
        default: steps.append(.read)
        }
    }

    /// A message that a method may be given: its own bytes, or a text.
    mutating func message() -> [UInt8] {
        let kind = byte()
        let bytes = run()
        switch kind % 3 {
        case 0: return bytes
        case 1: return TextPart(text: String(decoding: bytes, as: UTF8.self)).encoded()
        default:
            let text = String(decoding: bytes, as: UTF8.self)
            return GenerateRequest(model: text, messages: [.user(text)]).encoded()
        }
    }

    mutating func path() -> String {
        let paths = FuzzService.paths + ["/a.B/Unknown", "no path"]
        return paths[Int(byte()) % paths.count]
    }
}
