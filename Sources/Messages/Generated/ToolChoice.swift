// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// Whether the model may, must or must not call tools.
public struct ToolChoice: Sendable, Hashable {
    /// The choice.
    public var mode: Mode
    /// The tool's name; only with MODE_NAMED.
    public var name: String

    /// Fields left out are absent, zero or empty.
    public init(mode: Mode = .unspecified, name: String = "") {
        self.mode = mode
        self.name = name
    }

    /// The choices.
    public enum Mode: RawRepresentable, Sendable, Hashable {
        /// The same as MODE_AUTO.
        case unspecified
        /// The model decides.
        case auto
        /// No tool is called.
        case none
        /// At least one tool is called.
        case required
        /// The tool named in name is called.
        case named
        /// A number this version has no name for, kept as it came.
        case unrecognized(Int32)

        /// The value of a number of the wire.
        public init(rawValue: Int32) {
            switch rawValue {
            case 0: self = .unspecified
            case 1: self = .auto
            case 2: self = .none
            case 3: self = .required
            case 4: self = .named
            default: self = .unrecognized(rawValue)
            }
        }

        /// Its number on the wire.
        public var rawValue: Int32 {
            switch self {
            case .unspecified: 0
            case .auto: 1
            case .none: 2
            case .required: 3
            case .named: 4
            case .unrecognized(let number): number
            }
        }
    }
}

extension ToolChoice: WireMessage {
    package static var fullName: String { "laneway.v1.ToolChoice" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ToolChoice: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__tool_choice__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ToolChoice>) {
        mode = .init(rawValue: c.pointee.mode)
        name = .init(c.pointee.name)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ToolChoice>, in arena: inout Arena) {
        c.pointee.mode = mode.rawValue
        c.pointee.name = arena.store(name)
    }
}
