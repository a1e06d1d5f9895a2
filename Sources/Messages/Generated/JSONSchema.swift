// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// A schema the answer must satisfy.
public struct JSONSchema: Sendable, Hashable {
    /// A name for it, as providers ask for one.
    public var name: String
    /// The JSON Schema, as JSON text.
    public var schemaJSON: String
    /// Ask the provider to hold to it while decoding.
    public var strict: Bool

    /// Fields left out are absent, zero or empty.
    public init(name: String = "", schemaJSON: String = "", strict: Bool = false) {
        self.name = name
        self.schemaJSON = schemaJSON
        self.strict = strict
    }
}

extension JSONSchema: WireMessage {
    package static var fullName: String { "laneway.v1.JsonSchema" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension JSONSchema: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__json_schema__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__JsonSchema>) {
        name = .init(c.pointee.name)
        schemaJSON = .init(c.pointee.schema_json)
        strict = c.pointee.strict != 0
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__JsonSchema>, in arena: inout Arena) {
        c.pointee.name = arena.store(name)
        c.pointee.schema_json = arena.store(schemaJSON)
        c.pointee.strict = strict ? 1 : 0
    }
}
