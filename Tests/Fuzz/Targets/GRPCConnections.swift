import HandFrames
import Messages

extension FuzzTarget {
    /// Any bytes at all; but those that begin with 0 are the other wire's.
    static let http2 = connection(
        "http2", seeds: { try $0.http2() }, check: checkHTTP2
    ) { input in input.first == 0 ? [] : [.send(Array(input))] }

    /// Any bytes behind a client's preface, its SETTINGS and its ACK of ours.
    static let http2Opened = connection(
        "http2-opened",
        seeds: { sources in
            let behind = try sources.http2().map { Array($0.dropFirst(Frames.preface.count)) }
            let text = TextPart(text: "hi").encoded()
            let call = Frames.request(1) + Frames.data(1, prefixed(text))
            return behind + [
                call + Frames.data(1, prefixed(text), end: true), call + Frames.reset(1, 8),
                call + Frames.windowUpdate(1, 1) + Frames.frame(6, 0, 0, Array("12345678".utf8)),
                Frames.request(1, "/a.B/Wait", fields: [("grpc-timeout", "1m")])
                    + Frames.data(1, prefixed(text), end: true),
            ]
        }, check: checkHTTP2
    ) { input in [.send(Frames.opening + input)] }

    /// Frames whose lengths are right, behind the opening.
    static let http2Frames = connection(
        "http2-frames",
        seeds: { _ in
            [
                hex("0a 01 02 00  0b 01 00 01 02 6869  0b 01 01 01 02 6869"),
                hex("0a 01 00 01  0b 01 01 02 02 6d6d  0e 03  0a 03 04 02 8b 00"),
                hex("0a 01 04 01  0b 01 01 01 02 6869  0e 00 10  03 01 00 04 00000008"),
                hex("04 00 00 06 000400000000  06 00 00 08 0102030405060708  0e 01"),
            ]
        }, check: checkHTTP2
    ) { input in
        var script = Script(input)
        script.send(Frames.opening)
        while !script.isOver { script.takeHTTP2() }
        return script.steps
    }
}

extension Script {
    /// The kinds of frames that there are, and what is made whole: requests and their messages.
    fileprivate mutating func takeHTTP2() {
        let kind = byte() % 16
        switch kind {
        case 0...9:
            let (stream, flags) = (stream(), byte())
            send(Frames.frame(kind, flags, stream, run()))
        case 10, 13:
            let (stream, path, extra) = (stream(), path(), byte())
            send(Frames.request(stream, path, fields: fields(extra), end: extra & 64 != 0))
        case 11, 12:
            let (stream, flags) = (stream(), byte())
            send(Frames.data(stream, prefixed(message(), flag: flags >> 6), end: flags & 1 != 0))
        default: act()
        }
    }

    private mutating func fields(_ extra: UInt8) -> [(String, String)] {
        switch extra % 8 {
        case 1: [("grpc-timeout", String(decoding: run(), as: UTF8.self))]
        case 2: [("grpc-encoding", "gzip"), ("grpc-accept-encoding", "gzip")]
        case 3: [(String(decoding: run(), as: UTF8.self), String(decoding: run(), as: UTF8.self))]
        case 4: [("laneway-call-id", String(decoding: run(), as: UTF8.self))]
        case 5: [("x-bin", String(decoding: run(), as: UTF8.self))]
        default: []
        }
    }
}

/// A message behind the five bytes that gRPC puts before it.
private func prefixed(_ message: [UInt8], flag: UInt8 = 0) -> [UInt8] {
    [flag] + bigEndian(UInt32(message.count)) + message
}

/// What a server of HTTP/2 says is whole frames.
private func checkHTTP2(_ sent: [UInt8]) {
    var rest = sent[...]
    while !rest.isEmpty {
        require(rest.count >= 9, "the server's last frame has no whole header")
        let length = rest.prefix(3).reduce(0) { $0 << 8 | Int($1) }
        require(length <= 16_384, "the server's frame is of \(length) bytes")
        require(rest.count >= 9 + length, "the server's last frame is cut off")
        rest = rest.dropFirst(9 + length)
    }
}
