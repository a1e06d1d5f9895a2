// Written by scripts/proto from laneway/v1/models.proto. Change that, not this.

internal import CMessages

/// Every name.
public struct ListModelsResponse: Sendable, Hashable {
    /// Tiers first, then targets, each in the order of their names.
    public var models: [ModelEntry]

    /// Fields left out are absent, zero or empty.
    public init(models: [ModelEntry] = []) {
        self.models = models
    }
}

extension ListModelsResponse: WireMessage {
    package static var fullName: String { "laneway.v1.ListModelsResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ListModelsResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__list_models_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ListModelsResponse>) {
        models = .init(c.pointee.n_models, c.pointee.models)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ListModelsResponse>, in arena: inout Arena) {
        (c.pointee.n_models, c.pointee.models) = arena.store(models)
    }
}
