internal import Clocks
internal import Messages
internal import NIOCore
internal import Wire

/// One client's connection that speaks ttrpc, the protocol of containerd: frames in and out, and
/// the calls on it (ttrpc's PROTOCOL.md, version 1.2).
///
/// The protocol has no flow control, no cancel and no farewell. What waits to be sent is bounded by
/// writers that wait; a connection that closes ends all its calls.
final class TTRPCServerConnection: WireConnection {
    let server: ServerSide
    private var deframer = TTRPCDeframer()
    private var streams: [UInt32: TTRPCStream] = [:]
    private var lastStreamID: UInt32 = 0
    private var output = ByteBuffer()
    private var isDraining = false
    private var isReceiving = false
    private var isSaturated = false
    private var framesTaken = 0
    /// Rings where a frame has begun and may never be whole.
    private var frameAlarm: AlarmID?
    private var failure: ConnectionFailure?
    weak var sink: (any ConnectionSink)?
    /// Bytes handed to the socket so far.
    private(set) var sentBytes = 0

    init(_ server: ServerSide) {
        self.server = server
    }

    private var settings: ServerSettings { server.settings }
    private var time: any TimeSource { server.time }
    var openCalls: Int { streams.count }

    /// Where writers begin to wait, and where they may go on. One buffer serves all streams: a
    /// client reads its connection as a whole.
    private static let highWaterBytes = 256 * 1_024
    private static let lowWaterBytes = 64 * 1_024

    func receive(_ bytes: RawSpan) throws(ConnectionFailure) {
        isReceiving = true
        defer { isReceiving = false }
        try deframer.feed(bytes) { header, body in
            framesTaken += 1
            frameArrived(header, body)
        }
        watchFrame()
    }

    func fill(_ buffer: inout ByteBuffer, limit: Int) throws(ConnectionFailure) {
        let count = min(output.readableBytes, max(0, limit - buffer.readableBytes))
        if count == output.readableBytes, buffer.readableBytes == 0 {
            swap(&output, &buffer)
        } else {
            buffer.writeImmutableBuffer(output.readSlice(length: count) ?? ByteBuffer())
            if output.readableBytes == 0 { output.clear() }
        }
        sentBytes += count
        if isSaturated, output.readableBytes < Self.lowWaterBytes {
            isSaturated = false
            for stream in streams.values { stream.call?.outboundDrained() }
        }
        if buffer.readableBytes == 0, let failure { throw failure }
    }

    /// A request that is half here is one that was sent before the client could know.
    var isFinished: Bool {
        isDraining && streams.isEmpty && output.readableBytes == 0 && !deframer.isInsideFrame
    }

    func lost() {
        if let frameAlarm { time.clearAlarm(frameAlarm) }
        let lost = streams.values
        streams = [:]
        for stream in lost { stream.lost() }
    }

    func drain() {
        isDraining = true
        changed()
    }

    func changed() {
        if !isReceiving { sink?.flushSoon() }
    }
}

// MARK: - Frames in

extension TTRPCServerConnection {
    private func frameArrived(_ header: TTRPCHeader, _ body: RawSpan?) {
        let id = header.streamID
        // Others are for protocols to come; a response is nothing that a client sends.
        guard let kind = TTRPCHeader.Kind(rawValue: header.kind), kind != .response else { return }
        guard let body else {
            return refuse(
                id, .resourceExhausted,
                "a frame carries \(header.length) bytes; ttrpc takes \(TTRPCHeader.lengthMax)")
        }
        guard id % 2 == 1 else {
            return refuse(id, .invalidArgument, "stream \(id) is even; a client's are odd")
        }
        switch kind {
        case .request: requestArrived(header, body)
        case .data: dataArrived(header, body)
        case .response: break
        }
    }

    private func requestArrived(_ header: TTRPCHeader, _ body: RawSpan) {
        let id = header.streamID
        guard id > lastStreamID else {
            return refuse(
                id, .invalidArgument,
                "stream \(id) comes after \(lastStreamID); each has a higher number")
        }
        lastStreamID = id
        do throws(RPCFailure) {
            if let refusal = server.refusal { throw refusal }
            let head = try TTRPCHead(body, settings)
            try checkRoom()
            try begin(head, header)
        } catch {
            refuse(id, error)
        }
    }

    private func checkRoom() throws(RPCFailure) {
        let limit = settings.http2.concurrentStreamsMax
        guard streams.count >= limit else { return }
        throw RPCFailure(
            .resourceExhausted, "\(streams.count) calls run on this connection, all it may have")
    }

    private func begin(_ head: TTRPCHead, _ header: TTRPCHeader) throws(RPCFailure) {
        guard let method = server.router.method(at: head.path[...]) else {
            throw server.router.unknown(head.path[...])
        }
        let now = time.now
        let context = CallContext(
            peer: server.peer, wire: .ttrpc, metadata: head.metadata, arrived: now,
            deadline: head.timeout.map { now.advanced(by: $0) }, loop: server.executor.loop)
        let stream = TTRPCStream(
            id: header.streamID, connection: self, streamsAnswers: method.streamsAnswers)
        let call = method.makeCall(CallLink(stream: stream, host: self, context: context))
        streams[header.streamID] = stream
        stream.begin(
            call, payload: head.payload, isOpen: header.has(.remoteOpen),
            takesOneRequest: method.takesOneRequest)
    }

    private func dataArrived(_ header: TTRPCHeader, _ body: RawSpan) {
        let id = header.streamID
        guard let stream = streams[id] else {
            return refuse(id, .invalidArgument, "stream \(id) is not open")
        }
        do throws(RPCFailure) {
            try stream.dataArrived(header, body)
        } catch {
            // The call ends with it too: its client has been told so.
            stream.call?.fail(error)
        }
    }
}

// MARK: - Frames that are never whole

extension TTRPCServerConnection {
    private var framePatience: Duration { settings.slowConsumerTimeout * 2 }

    /// A part of a frame holds memory for a client that may never send the rest.
    private func watchFrame() {
        guard frameAlarm == nil, deframer.isInsideFrame else { return }
        let (held, loop, taken) = (HeldConnection(self), server.executor.loop, framesTaken)
        frameAlarm = time.setAlarm(at: time.now + framePatience) {
            loop.execute { held.connection?.frameAlarmRang(taken: taken) }
        }
    }

    private func frameAlarmRang(taken: Int) {
        frameAlarm = nil
        guard deframer.isInsideFrame, framesTaken == taken else { return watchFrame() }
        failure = ConnectionFailure(
            "ttrpc: a frame was not whole after \(framePatience), twice "
                + "limits.slow_consumer_timeout")
        sink?.flushSoon()
    }
}

// MARK: - Frames out

extension TTRPCServerConnection {
    private func refuse(_ id: UInt32, _ code: StatusCode, _ message: String) {
        refuse(id, RPCFailure(code, message))
    }

    private func refuse(_ id: UInt32, _ failure: RPCFailure) {
        respond(on: id, TTRPCResponse(failure))
        changed()
    }

    /// True where writers should wait.
    var isFull: Bool { isSaturated }

    func respond(on id: UInt32, _ response: TTRPCResponse) {
        response.encode { encoded in
            write(encoded, TTRPCHeader(length: encoded.count, streamID: id, kind: .response))
        }
    }

    func sendData(on id: UInt32, _ message: EncodedMessage) {
        write(message, TTRPCHeader(length: message.count, streamID: id, kind: .data))
    }

    /// Ends a stream of answers that went well.
    func closeData(on id: UInt32) {
        write(
            TTRPCHeader(
                length: 0, streamID: id, kind: .data, flags: [.remoteClosed, .noData]))
    }

    func ended(_ id: UInt32) {
        streams[id] = nil
    }

    private func write(_ message: EncodedMessage, _ header: TTRPCHeader) {
        output.reserveCapacity(minimumWritableBytes: TTRPCHeader.bytes + message.count)
        write(header)
        output.write(message)
        isSaturated = isSaturated || output.readableBytes >= Self.highWaterBytes
    }

    private func write(_ header: TTRPCHeader) {
        output.writeInteger(UInt32(header.length))
        output.writeInteger(header.streamID)
        output.writeInteger(header.kind)
        output.writeInteger(header.flags)
    }
}

extension TTRPCResponse {
    /// What gRPC sends of a message at most; it keeps a Response far below a frame's limit.
    private static let messageBytesMax = 2 * 1_024

    /// The status that gRPC would send in its trailers.
    init(_ failure: RPCFailure) {
        let detailed =
            failure.details.isEmpty ? nil : try? RPCStatusMessage(decoding: failure.details)
        // Never without a status: that would be an answer.
        var status =
            detailed ?? RPCStatusMessage(code: failure.code.rawValue, message: failure.message)
        status.message = Self.cut(status.message)
        self.init(status: status)
    }

    private static func cut(_ message: String) -> String {
        if message.utf8.count <= messageBytesMax { return message }
        // A cut inside a character is none; the last four places cannot all be.
        return (0..<4).lazy.compactMap { String(message.utf8.prefix(messageBytesMax - $0)) }.first
            ?? ""
    }
}
