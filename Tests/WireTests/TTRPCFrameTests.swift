import HandFrames
import Testing

@testable import Wire

/// Frames of ttrpc as bytes, by its PROTOCOL.md.
@Suite struct TTRPCFrameTests {
    /// A request of five bytes on stream 1, data of none that close stream 3, an empty message.
    private static let transcript = hex(
        """
        00000005 00000001 01 02 68656c6c6f
        00000000 00000003 03 05
        00000000 ffffffff 03 00
        """)

    @Test func `a transcript is cut into its frames`() throws {
        let frames = try Trial().feed(Self.transcript).frames
        #expect(frames.map(\.header.streamID) == [1, 3, 0xffff_ffff])
        #expect(frames.map(\.header.kind) == [1, 3, 3])
        #expect(frames.map(\.body) == [Array("hello".utf8), [], []])
        #expect(frames[0].header.has(.remoteOpen) && !frames[0].header.has(.remoteClosed))
        #expect(frames[1].header.has(.remoteClosed) && frames[1].header.has(.noData))
        #expect(frames[2].header.flags == 0)
    }

    @Test func `the same frames come out wherever the bytes are cut`() throws {
        let bytes = Self.transcript
        let whole = try Trial().feed(bytes).frames
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let trial = try Trial().feed(Array(bytes[..<first]))
                    .feed(Array(bytes[first..<second])).feed(Array(bytes[second...]))
                #expect(trial.frames == whole, "cut at \(first) and \(second)")
            }
        }
    }

    @Test func `bytes that come one by one are frames at their last`() throws {
        let trial = Trial()
        for (count, byte) in Self.transcript.enumerated() {
            try trial.feed([byte])
            #expect(trial.frames.count == [14, 24, 34].count { $0 <= count }, "after \(count)")
            #expect(trial.isInsideFrame == ![14, 24, 34].contains(count))
        }
    }

    @Test func `a frame of 4 MiB is legal`() throws {
        let body = [UInt8](repeating: 7, count: TTRPCHeader.lengthMax)
        let trial = try Trial().feed(hex("00400000 00000001 01 00") + body)
        #expect(trial.frames.map(\.body) == [body])
    }

    @Test(arguments: [1, 5, 10, 14, 100_000])
    func `a frame of one byte more is announced and passed over`(piece: Int) throws {
        // What is passed over looks like frames.
        let filler = Array(repeating: hex("00000000 00000005 01 00"), count: 419_431).flatMap(
            \.self)
        let body = Array(filler[..<(TTRPCHeader.lengthMax + 1)])
        let trial = try Trial().feed(hex("00400001 00000003 01 00"))
        #expect(trial.frames.map(\.body) == [nil], "before any of its body")
        #expect(trial.frames[0].header.length == 4_194_305)
        // Small pieces at both ends, where the states change.
        try trial.feed(Array(body[..<piece]))
        try trial.feed(Array(body[piece..<(body.count - piece)]))
        try trial.feed(Array(body[(body.count - piece)...]) + hex("00000000 00000009 03 04"))
        #expect(trial.frames.map(\.header.streamID) == [3, 9])
    }

    @Test func `a length of 16 MiB less one is the most that can be passed over`() throws {
        let trial = try Trial().feed(hex("00ffffff 00000003 01 00"))
        try trial.feed([UInt8](repeating: 0xff, count: 0xff_ffff))
        try trial.feed(hex("00000000 00000009 03 04"))
        #expect(trial.frames.map(\.header.streamID) == [3, 9])
    }

    @Test(arguments: [1, 0x50, 0xff] as [UInt8])
    func `a frame that does not begin with a zero is no ttrpc`(first: UInt8) throws {
        #expect(throws: ConnectionFailure.self) { try Trial().feed([first]) }
        #expect(throws: ConnectionFailure.self) {
            try Trial().feed([first, 0, 0, 0, 0, 0, 0, 1, 1, 0])
        }
        let later = try Trial().feed(hex("00000001 00000001 01 00 aa"))
        #expect(throws: ConnectionFailure.self) { try later.feed([first]) }
        let same = Trial()
        #expect(throws: ConnectionFailure.self) {
            try same.feed(hex("00000001 00000001 01 00 aa") + [first])
        }
        #expect(same.frames.count == 1, "what came before it counts")
    }
}

/// A deframer and what came out of it.
private final class Trial {
    struct Frame: Hashable {
        let header: TTRPCHeader
        /// nil for one that was too large.
        let body: [UInt8]?
    }

    private var deframer = TTRPCDeframer()
    var isInsideFrame: Bool { deframer.isInsideFrame }
    private(set) var frames: [Frame] = []

    @discardableResult
    func feed(_ bytes: [UInt8]) throws(ConnectionFailure) -> Trial {
        try unsafe deframer.feed(bytes.span.bytes) { header, body in
            frames.append(Frame(header: header, body: Self.bytes(of: body)))
        }
        return self
    }

    private static func bytes(of body: RawSpan?) -> [UInt8]? {
        guard let body else { return nil }
        return unsafe body.withUnsafeBytes { unsafe Array($0) }
    }
}
