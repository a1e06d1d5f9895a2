// Written by scripts/proto from laneway/v1/models.proto. Change that, not this.

internal import CMessages

/// What a model can do.
public struct Capabilities: Sendable, Hashable {
    /// Tokens of input and output together. 0: not known.
    public var contextWindowTokens: Int
    /// It calls tools.
    public var tools: Bool
    /// It reads images.
    public var images: Bool
    /// It holds to a JSON Schema by itself.
    public var jsonSchema: Bool
    /// It reasons before it answers.
    public var reasoning: Bool

    /// Fields left out are absent, zero or empty.
    public init(
        contextWindowTokens: Int = 0, tools: Bool = false, images: Bool = false,
        jsonSchema: Bool = false, reasoning: Bool = false
    ) {
        self.contextWindowTokens = contextWindowTokens
        self.tools = tools
        self.images = images
        self.jsonSchema = jsonSchema
        self.reasoning = reasoning
    }
}

extension Capabilities: WireMessage {
    package static var fullName: String { "laneway.v1.Capabilities" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension Capabilities: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__capabilities__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__Capabilities>) {
        contextWindowTokens = Int(c.pointee.context_window_tokens)
        tools = c.pointee.tools != 0
        images = c.pointee.images != 0
        jsonSchema = c.pointee.json_schema != 0
        reasoning = c.pointee.reasoning != 0
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__Capabilities>, in arena: inout Arena) {
        c.pointee.context_window_tokens = Int64(contextWindowTokens)
        c.pointee.tools = tools ? 1 : 0
        c.pointee.images = images ? 1 : 0
        c.pointee.json_schema = jsonSchema ? 1 : 0
        c.pointee.reasoning = reasoning ? 1 : 0
    }
}
