// Written by scripts/proto from laneway/v1/models.proto. Change that, not this.

internal import CMessages

/// What the name stands for.
public struct ResolveModelResponse: Sendable, Hashable {
    /// The targets, in the order they are tried.
    public var targets: [ResolvedTarget]

    /// Fields left out are absent, zero or empty.
    public init(targets: [ResolvedTarget] = []) {
        self.targets = targets
    }
}

extension ResolveModelResponse: WireMessage {
    package static var fullName: String { "laneway.v1.ResolveModelResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ResolveModelResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__resolve_model_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ResolveModelResponse>) {
        targets = .init(c.pointee.n_targets, c.pointee.targets)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ResolveModelResponse>, in arena: inout Arena) {
        (c.pointee.n_targets, c.pointee.targets) = arena.store(targets)
    }
}
