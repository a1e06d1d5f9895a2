// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// What a model said in the end that does not satisfy the schema it was asked
/// for: in the details of an OUTPUT_SCHEMA_INVALID failure.
public struct InvalidOutput: Sendable, Hashable {
    /// The answer as it came, cut where it is too long for a header.
    public var text: String
    /// True when it was cut.
    public var truncated: Bool
    /// What is wrong with it, in words.
    public var problems: [String]

    /// Fields left out are absent, zero or empty.
    public init(text: String = "", truncated: Bool = false, problems: [String] = []) {
        self.text = text
        self.truncated = truncated
        self.problems = problems
    }
}

extension InvalidOutput: WireMessage {
    package static var fullName: String { "laneway.v1.InvalidOutput" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InvalidOutput: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__invalid_output__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__InvalidOutput>) {
        text = .init(c.pointee.text)
        truncated = c.pointee.truncated != 0
        problems = .init(c.pointee.n_problems, c.pointee.problems)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__InvalidOutput>, in arena: inout Arena) {
        c.pointee.text = arena.store(text)
        c.pointee.truncated = truncated ? 1 : 0
        (c.pointee.n_problems, c.pointee.problems) = arena.store(problems)
    }
}
