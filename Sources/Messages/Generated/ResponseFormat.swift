// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// The form of the answer.
public struct ResponseFormat: Sendable, Hashable {
    /// The form.
    public var kind: Kind
    /// The schema; only with KIND_JSON_SCHEMA.
    public var jsonSchema: JSONSchema?

    /// Fields left out are absent, zero or empty.
    public init(kind: Kind = .unspecified, jsonSchema: JSONSchema? = nil) {
        self.kind = kind
        self.jsonSchema = jsonSchema
    }

    /// The forms.
    public enum Kind: RawRepresentable, Sendable, Hashable {
        /// The same as KIND_TEXT.
        case unspecified
        /// Free text.
        case text
        /// Any one JSON object.
        case jsonObject
        /// JSON that satisfies json_schema.
        case jsonSchema
        /// A number this version has no name for, kept as it came.
        case unrecognized(Int32)

        /// The value of a number of the wire.
        public init(rawValue: Int32) {
            switch rawValue {
            case 0: self = .unspecified
            case 1: self = .text
            case 2: self = .jsonObject
            case 3: self = .jsonSchema
            default: self = .unrecognized(rawValue)
            }
        }

        /// Its number on the wire.
        public var rawValue: Int32 {
            switch self {
            case .unspecified: 0
            case .text: 1
            case .jsonObject: 2
            case .jsonSchema: 3
            case .unrecognized(let number): number
            }
        }
    }
}

extension ResponseFormat: WireMessage {
    package static var fullName: String { "laneway.v1.ResponseFormat" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ResponseFormat: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__response_format__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ResponseFormat>) {
        kind = .init(rawValue: c.pointee.kind)
        jsonSchema = c.pointee.json_schema.map { .init($0) }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ResponseFormat>, in arena: inout Arena) {
        c.pointee.kind = kind.rawValue
        c.pointee.json_schema = arena.store(jsonSchema)
    }
}
