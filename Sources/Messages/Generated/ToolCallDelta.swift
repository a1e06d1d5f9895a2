// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// A piece of a tool call.
public struct ToolCallDelta: Sendable, Hashable {
    /// Which of the answer's tool calls, from 0.
    public var index: Int32
    /// The call's id; in its first delta.
    public var id: String
    /// The tool's name; in its first delta.
    public var name: String
    /// More of the arguments' JSON text.
    public var argumentsJSON: String

    /// Fields left out are absent, zero or empty.
    public init(index: Int32 = 0, id: String = "", name: String = "", argumentsJSON: String = "") {
        self.index = index
        self.id = id
        self.name = name
        self.argumentsJSON = argumentsJSON
    }
}

extension ToolCallDelta: WireMessage {
    package static var fullName: String { "laneway.v1.ToolCallDelta" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ToolCallDelta: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__tool_call_delta__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ToolCallDelta>) {
        index = c.pointee.index
        id = .init(c.pointee.id)
        name = .init(c.pointee.name)
        argumentsJSON = .init(c.pointee.arguments_json)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ToolCallDelta>, in arena: inout Arena) {
        c.pointee.index = index
        c.pointee.id = arena.store(id)
        c.pointee.name = arena.store(name)
        c.pointee.arguments_json = arena.store(argumentsJSON)
    }
}
