// Written by scripts/proto from google/rpc/error_details.proto. Change that, not this.

internal import CMessages

/// Why a call failed, for a program to read.
public struct ErrorInfo: Sendable, Hashable {
    /// The reason in UPPER_SNAKE_CASE, unique within its domain.
    public var reason: String
    /// Who defines the reason: always laneway here.
    public var domain: String
    /// More about it, by name.
    public var metadata: [String: String]

    /// Fields left out are absent, zero or empty.
    public init(reason: String = "", domain: String = "", metadata: [String: String] = [:]) {
        self.reason = reason
        self.domain = domain
        self.metadata = metadata
    }
}

extension ErrorInfo: WireMessage {
    package static var fullName: String { "google.rpc.ErrorInfo" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ErrorInfo: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        google__rpc__error_info__get_schema()
    }

    init(_ c: UnsafePointer<Google__Rpc__ErrorInfo>) {
        reason = .init(c.pointee.reason)
        domain = .init(c.pointee.domain)
        metadata = .init(c.pointee.n_metadata, c.pointee.metadata)
    }

    func fill(_ c: UnsafeMutablePointer<Google__Rpc__ErrorInfo>, in arena: inout Arena) {
        c.pointee.reason = arena.store(reason)
        c.pointee.domain = arena.store(domain)
        (c.pointee.n_metadata, c.pointee.metadata) = arena.store(metadata)
    }
}

extension Google__Rpc__ErrorInfoMetadataEntry: CMapEntry {
    static var schema: UnsafePointer<WireSchema> {
        google__rpc__error_info_metadata_entry__get_schema()
    }
}
