// Written by scripts/proto from google/rpc/status.proto. Change that, not this.

internal import CMessages

/// How a call ended.
public struct RPCStatusMessage: Sendable, Hashable {
    /// The gRPC status code.
    public var code: Int32
    /// What went wrong, for a developer to read.
    public var message: String
    /// Structured details, each a message packed into an Any.
    public var details: [AnyMessage]

    /// Fields left out are absent, zero or empty.
    public init(code: Int32 = 0, message: String = "", details: [AnyMessage] = []) {
        self.code = code
        self.message = message
        self.details = details
    }
}

extension RPCStatusMessage: WireMessage {
    package static var fullName: String { "google.rpc.Status" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension RPCStatusMessage: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        google__rpc__status__get_schema()
    }

    init(_ c: UnsafePointer<Google__Rpc__Status>) {
        code = c.pointee.code
        message = .init(c.pointee.message)
        details = .init(c.pointee.n_details, c.pointee.details)
    }

    func fill(_ c: UnsafeMutablePointer<Google__Rpc__Status>, in arena: inout Arena) {
        c.pointee.code = code
        c.pointee.message = arena.store(message)
        (c.pointee.n_details, c.pointee.details) = arena.store(details)
    }
}
