import HandFrames
import Testing

@testable import Wire

@Suite struct GRPCDeframerTests {
    @Test func `messages come out whole wherever the bytes are split`() throws {
        let sent: [[UInt8]] = [[], [1], Array(repeating: 7, count: 300), [], [2, 3]]
        let bytes = sent.flatMap(framed)
        for offset in 0...bytes.count {
            #expect(try Deframed(bytes[..<offset], bytes[offset...]).messages == sent)
        }
    }

    @Test func `messages come out whole when each byte comes alone`() throws {
        let sent: [[UInt8]] = [[9, 9], [], Array(0..<200)]
        let bytes = sent.flatMap(framed)
        var deframed = Deframed()
        for byte in bytes { try deframed.feed([byte]) }
        #expect(deframed.messages == sent)
        #expect(!deframed.isInsideMessage)
    }

    @Test func `a message that has begun is told from one that has not`() throws {
        var deframed = Deframed()
        #expect(!deframed.isInsideMessage)
        let bytes = framed([1, 2, 3])
        for byte in bytes.dropLast() {
            try deframed.feed([byte])
            #expect(deframed.isInsideMessage)
        }
        try deframed.feed(bytes.suffix(1))
        #expect(!deframed.isInsideMessage)
    }

    @Test func `a message too large is refused on its prefix alone`() {
        var deframed = Deframed(messageBytesMax: 10)
        #expect(throws: DeframingFailure.tooLarge(bytes: 11, limit: 10)) {
            try deframed.feed([0, 0, 0, 0, 11])
        }
    }

    @Test func `the largest length a prefix can say is refused, not computed with`() {
        var deframed = Deframed(messageBytesMax: 10)
        #expect(throws: DeframingFailure.tooLarge(bytes: 0xFFFF_FFFF, limit: 10)) {
            try deframed.feed([0, 0xFF, 0xFF, 0xFF, 0xFF])
        }
    }

    @Test func `a message of exactly the limit is taken`() throws {
        var deframed = Deframed(messageBytesMax: 10)
        try deframed.feed(framed(Array(repeating: 5, count: 10))[...])
        #expect(deframed.messages == [Array(repeating: 5, count: 10)])
    }

    @Test func `what came before a broken message is handed out`() {
        var deframed = Deframed(messageBytesMax: 10)
        let bytes = framed([1]) + [0, 0, 1, 0, 0]
        #expect(throws: DeframingFailure.tooLarge(bytes: 65_536, limit: 10)) {
            try deframed.feed(bytes[...])
        }
        #expect(deframed.messages == [[1]])
    }

    @Test(arguments: [
        (UInt8(2), DeframingFailure.badFlag(2)), (0x80, .badFlag(0x80)), (255, .badFlag(255)),
    ])
    func `a flag other than 0 and 1 is refused, split or not`(
        flag: UInt8, failure: DeframingFailure
    ) {
        let prefix: [UInt8] = [flag, 0, 0, 0, 1, 42]
        for offset in 0..<prefix.count {
            #expect(throws: failure) { try Deframed(prefix[..<offset], prefix[offset...]) }
        }
    }
}

extension GRPCDeframerTests {
    @Test func `a message says whether it is packed, split or not`() throws {
        let bytes: [UInt8] = [1, 0, 0, 0, 1, 42, 0, 0, 0, 0, 1, 43]
        for offset in 0..<bytes.count {
            let deframed = try Deframed(bytes[..<offset], bytes[offset...])
            #expect(deframed.messages == [[42], [43]])
            #expect(deframed.arePacked == [true, false])
        }
    }
}

/// A message behind its five bytes.
func framed(_ message: [UInt8]) -> [UInt8] {
    [0] + bigEndian(UInt32(message.count)) + message
}

/// A deframer and what came out of it.
private struct Deframed {
    private var deframer: GRPCDeframer
    private(set) var messages: [[UInt8]] = []
    private(set) var arePacked: [Bool] = []
    var isInsideMessage: Bool { deframer.isInsideMessage }

    init(messageBytesMax: Int = 1_000) {
        deframer = GRPCDeframer(messageBytesMax: messageBytesMax)
    }

    init(_ pieces: ArraySlice<UInt8>...) throws {
        self.init()
        for piece in pieces { try feed(piece) }
    }

    mutating func feed(_ bytes: ArraySlice<UInt8>) throws {
        var found: [[UInt8]] = []
        defer { messages += found }
        var packed: [Bool] = []
        defer { arePacked += packed }
        try unsafe deframer.feed(Array(bytes).span.bytes) { message, isPacked in
            found.append(unsafe message.withUnsafeBytes { unsafe Array($0) })
            packed.append(isPacked)
        }
    }
}
