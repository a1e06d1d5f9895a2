import HandFrames
import Messages
import Wire

extension FuzzTarget {
    /// Any bytes behind the 0 that a connection of ttrpc begins with.
    static let ttrpc = connection(
        "ttrpc", seeds: { try $0.ttrpc() }, check: checkTTRPC
    ) { input in [.send([0] + input.dropFirst())] }

    /// Frames whose lengths are right.
    static let ttrpcFrames = connection(
        "ttrpc-frames",
        seeds: { _ in
            [
                hex("01 01 00 02 00 02 6d6d  01 03 01 02 01 02 6d6d  07 03"),
                hex("01 01 02 01 02 02 6869  02 01 00 01 02 6869  02 01 01 01 02 6869"),
                hex("01 01 00 01 04 02 6869  07 00 10  07 01  01 03 02 01 03 00"),
            ]
        }, check: checkTTRPC
    ) { input in
        var script = Script(input)
        // A frame of a kind that nobody knows: what begins with it is ttrpc.
        script.send(hex("00000000 00000001 09 00"))
        while !script.isOver { script.takeTTRPC() }
        return script.steps
    }
}

extension Script {
    fileprivate mutating func takeTTRPC() {
        switch byte() % 8 {
        case 0:
            let (stream, kind, flags) = (stream(), byte(), byte())
            send(frame(stream, kind, flags, run()))
        case 1, 4, 5:
            let (stream, flags, message, path) = (stream(), byte(), message(), path())
            send(frame(stream, 1, flags, request(message, path)))
        case 2, 6:
            let (stream, flags) = (stream(), byte())
            send(frame(stream, 3, flags, message()))
        case 3:
            // Longer than may be, and cut off.
            send(bigEndian(UInt32(byte()) << 16 | 0x8000) + bigEndian(stream()) + [1, 0] + run())
        default: act()
        }
    }

    private func frame(_ stream: UInt32, _ kind: UInt8, _ flags: UInt8, _ body: [UInt8]) -> [UInt8]
    {
        bigEndian(UInt32(body.count)) + bigEndian(stream) + [kind, flags] + body
    }

    private mutating func request(_ message: [UInt8], _ path: String) -> [UInt8] {
        let parts = path.dropFirst().split(separator: "/", maxSplits: 1).map(String.init)
        let timeout = byte()
        return TTRPCRequest(
            service: parts[0], method: parts.last ?? "", payload: message,
            timeoutNano: timeout < 128 ? 0 : (Int(timeout) - 130) << 20,
            metadata: [TTRPCKeyValue(key: "laneway-call-id", value: path)]
        ).encoded()
    }
}

/// What a server of ttrpc says is whole frames, of the kinds that are a server's.
private func checkTTRPC(_ sent: [UInt8]) {
    var deframer = TTRPCDeframer()
    do throws(ConnectionFailure) {
        try deframer.feed(sent.span.bytes) { header, _ in
            require([2, 3].contains(header.kind), "\(header) is no server's frame")
        }
    } catch {
        fatalError("the server sends no frames: \(error)")
    }
    require(!deframer.isInsideFrame, "the server's last frame is cut off")
}
