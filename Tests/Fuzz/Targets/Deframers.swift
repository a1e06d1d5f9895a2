import HandFrames
import Wire

extension FuzzTarget {
    static let ttrpcDeframer = FuzzTarget(
        "ttrpc-deframer", seeds: { try $0.ttrpc().map { [3] + $0 } }
    ) { input in
        Cuts.compare(input, readTTRPC)
    }

    /// The second byte of an input says how large a message may be.
    static let grpcDeframer = FuzzTarget(
        "grpc-deframer",
        seeds: { _ in
            [
                hex("03 10 00 00000002 6869 00 00000000 01 00000001 ff"),
                hex("00 02 00 00000030 00"), hex("02 ff 02 00000000"),
            ]
        }
    ) { input in
        guard input.count >= 2 else { return }
        let messageBytesMax = Int(input[1]) * 8
        Cuts.compare([input[0]] + input[2...]) { readGRPC($0, messageBytesMax) }
    }
}

/// What a deframer finds, and why it stops.
private struct Found: Equatable {
    struct Frame: Equatable {
        var header: [Int]
        var body: [UInt8]?
    }

    var frames: [Frame] = []
    var end = ""
}

extension Found.Frame {
    fileprivate init(_ header: TTRPCHeader) {
        self.init(
            header: [
                header.length, Int(header.streamID), Int(header.kind), Int(header.flags),
            ])
    }
}

private func readTTRPC(_ pieces: [[UInt8]]) -> Found {
    var found = Found()
    var deframer = TTRPCDeframer()
    do throws(ConnectionFailure) {
        for piece in pieces {
            try deframer.feed(piece.span.bytes) { header, body in
                var frame = Found.Frame(header)
                if let body { frame.body = bytes(body) }
                require(
                    frame.body == nil || frame.body?.count == header.length,
                    "a body of \(header) is \(frame)")
                found.frames.append(frame)
            }
        }
        found.end = deframer.isInsideFrame ? "inside a frame" : "between frames"
    } catch {
        found.end = "\(error)"
    }
    return found
}

private func readGRPC(_ pieces: [[UInt8]], _ messageBytesMax: Int) -> Found {
    var found = Found()
    var deframer = GRPCDeframer(messageBytesMax: messageBytesMax)
    do throws(DeframingFailure) {
        for piece in pieces {
            try deframer.feed(piece.span.bytes) { message, isPacked in
                require(message.byteCount <= messageBytesMax, "no message is over the limit")
                found.frames.append(
                    Found.Frame(header: [isPacked ? 1 : 0], body: bytes(message)))
            }
        }
        found.end = deframer.isInsideMessage ? "inside a message" : "between messages"
    } catch {
        found.end = "\(error)"
    }
    return found
}

func bytes(_ span: RawSpan) -> [UInt8] { span.withUnsafeBytes { Array($0) } }
