// Written by scripts/proto from google/protobuf/any.proto. Change that, not this.

internal import CMessages

/// Any message, packed with the name of its type.
public struct AnyMessage: Sendable, Hashable {
    /// The type, as type.googleapis.com/ and the message's full name.
    public var typeURL: String
    /// The message's own wire form.
    public var value: [UInt8]

    /// Fields left out are absent, zero or empty.
    public init(typeURL: String = "", value: [UInt8] = []) {
        self.typeURL = typeURL
        self.value = value
    }
}

extension AnyMessage: WireMessage {
    package static var fullName: String { "google.protobuf.Any" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension AnyMessage: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        google__protobuf__any__get_schema()
    }

    init(_ c: UnsafePointer<Google__Protobuf__Any>) {
        typeURL = .init(c.pointee.type_url)
        value = .init(c.pointee.value)
    }

    func fill(_ c: UnsafeMutablePointer<Google__Protobuf__Any>, in arena: inout Arena) {
        c.pointee.type_url = arena.store(typeURL)
        c.pointee.value = arena.store(value)
    }
}
