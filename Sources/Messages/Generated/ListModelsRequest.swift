// Written by scripts/proto from laneway/v1/models.proto. Change that, not this.

internal import CMessages

/// No choices yet.
public struct ListModelsRequest: Sendable, Hashable {
    public init() {}
}

extension ListModelsRequest: WireMessage {
    package static var fullName: String { "laneway.v1.ListModelsRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ListModelsRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__list_models_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ListModelsRequest>) {}

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ListModelsRequest>, in arena: inout Arena) {}
}
