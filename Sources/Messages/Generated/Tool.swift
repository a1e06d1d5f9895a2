// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// A tool the model may call.
public struct Tool: Sendable, Hashable {
    /// Its name: letters, digits, underscore and hyphen, at most 64.
    public var name: String
    /// What it does, for the model to read.
    public var description: String
    /// A JSON Schema of its arguments, as JSON text. Empty means no arguments.
    public var parametersJSON: String
    /// Ask the provider to hold the arguments to the schema.
    public var strict: Bool

    /// Fields left out are absent, zero or empty.
    public init(
        name: String = "", description: String = "", parametersJSON: String = "",
        strict: Bool = false
    ) {
        self.name = name
        self.description = description
        self.parametersJSON = parametersJSON
        self.strict = strict
    }
}

extension Tool: WireMessage {
    package static var fullName: String { "laneway.v1.Tool" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension Tool: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__tool__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__Tool>) {
        name = .init(c.pointee.name)
        description = .init(c.pointee.description)
        parametersJSON = .init(c.pointee.parameters_json)
        strict = c.pointee.strict != 0
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__Tool>, in arena: inout Arena) {
        c.pointee.name = arena.store(name)
        c.pointee.description = arena.store(description)
        c.pointee.parameters_json = arena.store(parametersJSON)
        c.pointee.strict = strict ? 1 : 0
    }
}
