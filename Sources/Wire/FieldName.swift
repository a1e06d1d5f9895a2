internal import Glibc

/// The names of the fields that HTTP/2 and gRPC give a meaning to. Each name is looked at once, when
/// its field arrives; all rules afterwards ask for this.
package enum FieldName: Sendable {
    case method, path, scheme, authority
    case contentType, contentLength, te, userAgent
    case grpcTimeout, grpcEncoding, grpcAcceptEncoding
    /// `grpc-` and something else.
    case grpcOther
    /// One that is about a connection of HTTP/1.1 (RFC 9113, section 8.2.2).
    case connection
    /// `:` and something else.
    case pseudoOther
    /// The application's own.
    case own

    package var isPseudo: Bool {
        switch self {
        case .method, .path, .scheme, .authority, .pseudoOther: true
        default: false
        }
    }

    init(_ name: UnsafeBufferPointer<UInt8>) {
        self =
            switch name.count {
            case 2 where name.is("te"): .te
            case 5 where name.is(":path"): .path
            case 7 where name.is(":method"): .method
            case 7 where name.is(":scheme"): .scheme
            case 7 where name.is("upgrade"): .connection
            case 10 where name.is(":authority"): .authority
            case 10 where name.is("user-agent"): .userAgent
            case 10 where name.is("connection"): .connection
            case 10 where name.is("keep-alive"): .connection
            case 12 where name.is("content-type"): .contentType
            case 12 where name.is("grpc-timeout"): .grpcTimeout
            case 13 where name.is("grpc-encoding"): .grpcEncoding
            case 14 where name.is("content-length"): .contentLength
            case 16 where name.is("proxy-connection"): .connection
            case 17 where name.is("transfer-encoding"): .connection
            case 20 where name.is("grpc-accept-encoding"): .grpcAcceptEncoding
            default: Self.unknown(name)
            }
    }

    private static func unknown(_ name: UnsafeBufferPointer<UInt8>) -> Self {
        if name.first == UInt8(ascii: ":") { return .pseudoOther }
        return name.begins("grpc-") ? .grpcOther : .own
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Byte for byte the same.
    func `is`(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && begins(text)
    }

    func begins(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        guard let start = baseAddress else { return true }
        return memcmp(start, text.utf8Start, text.utf8CodeUnitCount) == 0
    }
}
