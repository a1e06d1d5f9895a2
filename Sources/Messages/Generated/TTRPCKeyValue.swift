// Written by scripts/proto from laneway/internal/ttrpc.proto. Change that, not this.

internal import CMessages

/// One value of metadata.
package struct TTRPCKeyValue: Sendable, Hashable {
    /// Its name, in lower case.
    package var key: String
    /// The value.
    package var value: String

    /// Fields left out are absent, zero or empty.
    package init(key: String = "", value: String = "") {
        self.key = key
        self.value = value
    }
}

extension TTRPCKeyValue: WireMessage {
    package static var fullName: String { "laneway.internal.TTRPCKeyValue" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension TTRPCKeyValue: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__ttrpckey_value__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__TTRPCKeyValue>) {
        key = .init(c.pointee.key)
        value = .init(c.pointee.value)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__TTRPCKeyValue>, in arena: inout Arena) {
        c.pointee.key = arena.store(key)
        c.pointee.value = arena.store(value)
    }
}
