// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// The model asks for a tool to be called.
public struct ToolCallPart: Sendable, Hashable {
    /// The id the result must name.
    public var id: String
    /// The tool's name.
    public var name: String
    /// The arguments, as JSON text, exactly as the model wrote them.
    public var argumentsJSON: String

    /// Fields left out are absent, zero or empty.
    public init(id: String = "", name: String = "", argumentsJSON: String = "") {
        self.id = id
        self.name = name
        self.argumentsJSON = argumentsJSON
    }
}

extension ToolCallPart: WireMessage {
    package static var fullName: String { "laneway.v1.ToolCallPart" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ToolCallPart: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__tool_call_part__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ToolCallPart>) {
        id = .init(c.pointee.id)
        name = .init(c.pointee.name)
        argumentsJSON = .init(c.pointee.arguments_json)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ToolCallPart>, in arena: inout Arena) {
        c.pointee.id = arena.store(id)
        c.pointee.name = arena.store(name)
        c.pointee.arguments_json = arena.store(argumentsJSON)
    }
}
