internal import CNghttp2

/// nghttp2's callbacks: each finds the Swift owner and hops into it.
enum HTTP2Callbacks {
    /// Pulls a stream's body from the stream itself, found by its id.
    static var bodyProvider: nghttp2_data_provider {
        nghttp2_data_provider(source: nghttp2_data_source()) { _, id, _, limit, flags, _, user in
            guard let flags, let user else { return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue) }
            return with(user) { $0.pullBody(id, limit: limit, &flags.pointee) }
        }
    }

    static func newSession(
        _ role: HTTP2Session.Role, _ memory: SessionMemory, _ made: inout OpaquePointer?
    ) -> Int32 {
        var callbacks: OpaquePointer?
        var option: OpaquePointer?
        defer {
            nghttp2_session_callbacks_del(callbacks)
            nghttp2_option_del(option)
        }
        guard nghttp2_session_callbacks_new(&callbacks) == 0, nghttp2_option_new(&option) == 0
        else { return NGHTTP2_ERR_NOMEM.rawValue }
        install(callbacks)
        configure(option, role)
        return memory.withHooks { hooks in
            switch role {
            case .server: nghttp2_session_server_new3(&made, callbacks, nil, option, hooks)
            case .client: nghttp2_session_client_new3(&made, callbacks, nil, option, hooks)
            }
        }
    }

    private static func configure(_ option: OpaquePointer?, _ role: HTTP2Session.Role) {
        // A server checks by `RequestRules`.
        if role == .server { nghttp2_option_set_no_http_messaging(option, 1) }
        // Windows open again when a body was used, not when it arrived: that is back-pressure.
        nghttp2_option_set_no_auto_window_update(option, 1)
        // An honest client that cancels a lot passes; a rapid reset (CVE-2023-44487) does not.
        nghttp2_option_set_stream_reset_rate_limit(option, 2_000, 200)
        nghttp2_option_set_max_outbound_ack(option, 100)
        nghttp2_option_set_no_closed_streams(option, 1)
    }

    private static func install(_ callbacks: OpaquePointer?) {
        nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks) { _, head, user in
            guard let head, let user else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            return with(user) {
                $0.frameBegan(head.pointee)
                return $0.readsOn
            }
        }
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks) { _, frame, user in
            guard let frame, let user else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            return with(user) {
                $0.headersBegan(frame.pointee)
                return $0.readsOn
            }
        }
        nghttp2_session_callbacks_set_on_header_callback(callbacks) {
            _, _, name, nameCount, value, valueCount, _, user in
            guard let user else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            return with(user) {
                $0.headerArrived(
                    UnsafeBufferPointer(start: name, count: nameCount),
                    UnsafeBufferPointer(start: value, count: valueCount))
                return $0.readsOn
            }
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks) { _, frame, user in
            guard let frame, let user else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            return with(user) {
                $0.frameArrived(frame.pointee)
                return $0.readsOn
            }
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks) {
            _, _, id, bytes, count, user in
            guard let user else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            return with(user) {
                $0.dataArrived(UnsafeRawBufferPointer(start: bytes, count: count), on: id)
                return $0.readsOn
            }
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks) { _, id, code, user in
            guard let user else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            return with(user) {
                $0.streamClosed(id, code)
                return $0.verdict
            }
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks) { _, frame, user in
            guard let frame, let user else { return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue }
            return with(user) {
                $0.frameSent(frame.pointee)
                return $0.verdict
            }
        }
        nghttp2_session_callbacks_set_send_data_callback(callbacks) {
            _, frame, frameHeader, count, _, user in
            guard let frame, let frameHeader, let user else {
                return NGHTTP2_ERR_CALLBACK_FAILURE.rawValue
            }
            return with(user) {
                $0.sendBody(frame.pointee.hd.stream_id, frameHeader: frameHeader, count: count)
            }
        }
    }
}

/// Hands over the session that was given to nghttp2 as user data. It outlives its handle, so nobody
/// has to hold it: a dozen callbacks a call would count its references up and down.
private func with<Result>(
    _ user: UnsafeMutableRawPointer, _ body: (HTTP2Session) -> Result
) -> Result {
    Unmanaged<HTTP2Session>.fromOpaque(user)._withUnsafeGuaranteedRef(body)
}
