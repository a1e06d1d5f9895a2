internal import CNghttp2
internal import NIOCore

// MARK: - Called back by nghttp2

extension HTTP2Session {
    /// What nghttp2 lets pass and RFC 9113 does not: PRIORITY on stream 0 (section 6.3), which it
    /// otherwise drops unseen, and HEADERS on a stream that is closed (section 5.1). DATA on one it
    /// ignores before anybody is asked.
    func frameBegan(_ head: nghttp2_frame_hd) {
        guard role == .server else { return }
        let id = head.stream_id
        switch UInt32(head.type) {
        case NGHTTP2_PRIORITY.rawValue:
            saw(.control)
            if id == 0 { end(.protocolError, "PRIORITY on stream 0") }
        case NGHTTP2_HEADERS.rawValue:
            guard streams[id] == nil, id & 1 == 1, closedStreams.isOver(id) else { return }
            end(.streamClosed, "HEADERS on stream \(id), which is closed")
        default: return
        }
    }

    /// What nghttp2 is told after each piece of what it reads. Once the connection is ended it reads
    /// no further: a call that lies behind would be begun though its client is told that it was not.
    var readsOn: Int32 { isEnding ? NGHTTP2_ERR_CALLBACK_FAILURE.rawValue : 0 }

    func headersBegan(_ frame: nghttp2_frame) {
        arriving.reset()
        headerBlocks += 1
        isInHeaderBlock = true
        guard role == .server, frame.headers.cat == NGHTTP2_HCAT_REQUEST else { return }
        let id = frame.hd.stream_id
        closedStreams.opened(id)
        if isRefusing { return submitReset(id, .refusedStream) }
        let stream = HTTP2Stream(
            id: id, session: self, outbound: spares.popLast() ?? ByteBuffer())
        streams[id] = stream
        recent = stream
    }

    func headerArrived(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) {
        let size = arriving.append(
            name: name, value: value, upTo: settings.headerListBytesMax, settings.headerFieldsMax)
        // A block that has gone far over its limit is no mistake, and costs to read on.
        if size > settings.headerListBytesMax * Self.headerPatience {
            end(.enhanceYourCalm, "headers of over \(size) bytes")
        }
    }

    func frameArrived(_ frame: nghttp2_frame) {
        switch UInt32(frame.hd.type) {
        case NGHTTP2_HEADERS.rawValue:
            saw(.callFrame)
            isInHeaderBlock = false
            headersEnded(frame)
        case NGHTTP2_DATA.rawValue:
            let isEmpty = frame.data.hd.length == 0 || frame.data.hd.length == frame.data.padlen
            saw(isEmpty && !frame.endsStream ? .emptyData : .callFrame)
            endIfFlagged(frame)
        case NGHTTP2_SETTINGS.rawValue:
            if frame.isAck { return }
            hasPeerSettings = true
            saw(.settings)
        case NGHTTP2_PING.rawValue: pingArrived(frame)
        case NGHTTP2_WINDOW_UPDATE.rawValue: saw(.control)
        case NGHTTP2_RST_STREAM.rawValue: saw(.peerReset)
        case NGHTTP2_GOAWAY.rawValue:
            delegate?.goAwayArrived(
                lastStream: frame.goaway.last_stream_id,
                code: HTTP2ErrorCode(rawValue: frame.goaway.error_code))
        default: break  // nghttp2 answers the others by itself.
        }
    }

    private func headersEnded(_ frame: nghttp2_frame) {
        guard let stream = stream(frame.hd.stream_id) else { return }
        if role == .server {
            guard isWellFormed(frame, stream) else {
                return submitReset(stream.id, .protocolError)
            }
        }
        if role == .server, frame.headers.cat == NGHTTP2_HCAT_REQUEST {
            delegate?.requestArrived(arriving, on: stream)
        } else {
            stream.owner?.headersArrived(arriving)
        }
        endIfFlagged(frame)
    }

    private func isWellFormed(_ frame: nghttp2_frame, _ stream: HTTP2Stream) -> Bool {
        guard frame.headers.cat == NGHTTP2_HCAT_REQUEST else {
            // Fields in the midst of a body (section 8.1).
            return frame.endsStream && RequestRules.trailerComplaint(arriving) == nil
        }
        // Of a block over its limit not all was kept. It is refused as a whole, by its size.
        if arriving.listSize > settings.headerListBytesMax
            || arriving.count > settings.headerFieldsMax
        {
            return true
        }
        do {
            stream.bodyBytesLeft = try RequestRules.contentLength(arriving)
        } catch {
            return false
        }
        return RequestRules.complaint(arriving) == nil
    }

    private func pingArrived(_ frame: nghttp2_frame) {
        if frame.isAck {
            delegate?.pingAnswered()
        } else {
            saw(.control)
            delegate?.pingArrived()
        }
    }

    private func endIfFlagged(_ frame: nghttp2_frame) {
        guard frame.endsStream, let stream = stream(frame.hd.stream_id) else { return }
        // A body shorter than it was announced (section 8.1.1).
        if let left = stream.bodyBytesLeft, left != 0 {
            return submitReset(stream.id, .protocolError)
        }
        stream.markEndReceived()
        stream.owner?.endArrived()
    }

    func dataArrived(_ bytes: UnsafeRawBufferPointer, on id: Int32) {
        // The connection's window never waits for a slow stream: its own window holds that back.
        ask { nghttp2_session_consume_connection($0, bytes.count) }
        guard let stream = stream(id), let owner = stream.owner else {
            consumed(bytes.count, on: id)
            return
        }
        if let left = stream.bodyBytesLeft {
            stream.bodyBytesLeft = left - bytes.count
            if left < bytes.count { return submitReset(id, .protocolError) }
        }
        owner.dataArrived(bytes.bytes)
    }

    /// The open stream of that number. What nghttp2 tells of one stream mostly comes in a row.
    private func stream(_ id: Int32) -> HTTP2Stream? {
        if let recent, recent.id == id { return recent }
        recent = streams[id]
        return recent
    }

    func streamClosed(_ id: Int32, _ code: UInt32) {
        recent = nil
        streams.removeValue(forKey: id)?.close(HTTP2ErrorCode(rawValue: code))
    }

    /// An answer that is whole before the request was: tell the client to stop sending
    /// (RFC 9113, section 8.1).
    func frameSent(_ frame: nghttp2_frame) {
        switch UInt32(frame.hd.type) {
        case NGHTTP2_HEADERS.rawValue, NGHTTP2_DATA.rawValue: saw(.callFrame)
        case NGHTTP2_RST_STREAM.rawValue:
            closedStreams.weReset(frame.hd.stream_id)
            if frame.isPeersFault { saw(.ownReset) }
        default: break
        }
        guard role == .server, frame.endsStream, let stream = stream(frame.hd.stream_id),
            !stream.hasReceivedEnd
        else { return }
        submitReset(stream.id, .noError)
    }

    /// What of a stream's body goes into a DATA frame of at most `limit` bytes.
    func pullBody(_ id: Int32, limit: Int, _ flags: inout UInt32) -> Int {
        guard let stream = stream(id) else {
            return Int(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
        }
        guard case .bytes(let count, let last) = stream.pull(limit: limit) else {
            return Int(NGHTTP2_ERR_DEFERRED.rawValue)
        }
        if count > 0 { flags |= NGHTTP2_DATA_FLAG_NO_COPY.rawValue }
        if last { endBody(of: stream, &flags) }
        return isBroken ? Int(verdict) : count
    }

    private func endBody(of stream: HTTP2Stream, _ flags: inout UInt32) {
        flags |= NGHTTP2_DATA_FLAG_EOF.rawValue
        switch stream.ending {
        case .open, .endStream: return
        case .table(let table):
            ask { nghttp2_submit_trailer($0, stream.id, table.start, table.count) }
        case .block(let block):
            ask { session in
                block.withNameValues { nghttp2_submit_trailer(session, stream.id, $0, $1) }
            }
        }
        flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM.rawValue
    }

    /// nghttp2 sends one DATA frame after the other without coming back to `fill`; it stops here, and
    /// begins with this very frame the next time.
    func sendBody(_ id: Int32, frameHeader: UnsafePointer<UInt8>, count: Int) -> Int32 {
        if output.readableBytes >= outputBytesMax { return NGHTTP2_ERR_WOULDBLOCK.rawValue }
        output.writeBytes(UnsafeRawBufferPointer(start: frameHeader, count: 9))
        stream(id)?.moveBody(count, to: &output)
        return verdict
    }
}

extension HTTP2Session {
    /// How many times its limit a header block may be before the connection is ended for it.
    private static var headerPatience: Int { 8 }
}

extension HTTP2SessionDelegate {
    package func pingArrived() {}
    package func pingAnswered() {}
}

extension nghttp2_frame {
    fileprivate var endsStream: Bool {
        UInt32(hd.flags) & NGHTTP2_FLAG_END_STREAM.rawValue != 0
    }

    fileprivate var isAck: Bool { UInt32(hd.flags) & NGHTTP2_FLAG_ACK.rawValue != 0 }

    /// An RST_STREAM that says that the peer broke a rule.
    fileprivate var isPeersFault: Bool {
        let code = HTTP2ErrorCode(rawValue: rst_stream.error_code)
        return ![.noError, .refusedStream, .cancel, .enhanceYourCalm].contains(code)
    }
}
