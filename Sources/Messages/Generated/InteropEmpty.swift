// Written by scripts/proto from laneway/internal/interop.proto. Change that, not this.

internal import CMessages

/// Nothing at all.
package struct InteropEmpty: Sendable, Hashable {
    package init() {}
}

extension InteropEmpty: WireMessage {
    package static var fullName: String { "laneway.internal.InteropEmpty" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InteropEmpty: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__interop_empty__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__InteropEmpty>) {}

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__InteropEmpty>, in arena: inout Arena) {}
}
