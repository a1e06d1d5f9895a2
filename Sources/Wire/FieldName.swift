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
            switch name.first {
            case UInt8(ascii: ":"): Self.pseudo(name)
            case UInt8(ascii: "g") where name.begins("grpc-"): Self.grpc(name)
            case UInt8(ascii: "c"): Self.beginningWithC(name)
            case UInt8(ascii: "t"): Self.beginningWithT(name)
            case UInt8(ascii: "u"): Self.beginningWithU(name)
            case UInt8(ascii: "k") where name.is("keep-alive"): .connection
            case UInt8(ascii: "p") where name.is("proxy-connection"): .connection
            default: .own
            }
    }

    private static func pseudo(_ name: UnsafeBufferPointer<UInt8>) -> Self {
        switch name.count {
        case 5 where name.is(":path"): .path
        case 7 where name.is(":method"): .method
        case 7 where name.is(":scheme"): .scheme
        case 10 where name.is(":authority"): .authority
        default: .pseudoOther
        }
    }

    private static func grpc(_ name: UnsafeBufferPointer<UInt8>) -> Self {
        switch name.count {
        case 12 where name.is("grpc-timeout"): .grpcTimeout
        case 13 where name.is("grpc-encoding"): .grpcEncoding
        case 20 where name.is("grpc-accept-encoding"): .grpcAcceptEncoding
        default: .grpcOther
        }
    }

    private static func beginningWithC(_ name: UnsafeBufferPointer<UInt8>) -> Self {
        switch name.count {
        case 12 where name.is("content-type"): .contentType
        case 14 where name.is("content-length"): .contentLength
        case 10 where name.is("connection"): .connection
        default: .own
        }
    }

    private static func beginningWithT(_ name: UnsafeBufferPointer<UInt8>) -> Self {
        switch name.count {
        case 2 where name.is("te"): .te
        case 17 where name.is("transfer-encoding"): .connection
        default: .own
        }
    }

    private static func beginningWithU(_ name: UnsafeBufferPointer<UInt8>) -> Self {
        switch name.count {
        case 10 where name.is("user-agent"): .userAgent
        case 7 where name.is("upgrade"): .connection
        default: .own
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Byte for byte the same.
    func `is`(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && begins(text)
    }

    func begins(_ text: StaticString) -> Bool {
        guard let start = baseAddress, count >= text.utf8CodeUnitCount else { return false }
        return memcmp(start, text.utf8Start, text.utf8CodeUnitCount) == 0
    }
}
