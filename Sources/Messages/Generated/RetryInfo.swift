// Written by scripts/proto from google/rpc/error_details.proto. Change that, not this.

internal import CMessages

/// When a retry can help.
public struct RetryInfo: Sendable, Hashable {
    /// Wait at least this long.
    public var retryDelay: DurationMessage?

    /// Fields left out are absent, zero or empty.
    public init(retryDelay: DurationMessage? = nil) {
        self.retryDelay = retryDelay
    }
}

extension RetryInfo: WireMessage {
    package static var fullName: String { "google.rpc.RetryInfo" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension RetryInfo: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        google__rpc__retry_info__get_schema()
    }

    init(_ c: UnsafePointer<Google__Rpc__RetryInfo>) {
        retryDelay = c.pointee.retry_delay.map { .init($0) }
    }

    func fill(_ c: UnsafeMutablePointer<Google__Rpc__RetryInfo>, in arena: inout Arena) {
        c.pointee.retry_delay = arena.store(retryDelay)
    }
}
