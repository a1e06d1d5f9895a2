// Written by scripts/proto from laneway/v1/models.proto. Change that, not this.

internal import CMessages

/// The name to resolve.
public struct ResolveModelRequest: Sendable, Hashable {
    /// A tier, a target or a chain, as in GenerateRequest.model.
    public var model: String

    /// Fields left out are absent, zero or empty.
    public init(model: String = "") {
        self.model = model
    }
}

extension ResolveModelRequest: WireMessage {
    package static var fullName: String { "laneway.v1.ResolveModelRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ResolveModelRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__resolve_model_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ResolveModelRequest>) {
        model = .init(c.pointee.model)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ResolveModelRequest>, in arena: inout Arena) {
        c.pointee.model = arena.store(model)
    }
}
