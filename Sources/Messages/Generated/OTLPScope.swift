// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// The part of the program that reports.
package struct OTLPScope: Sendable, Hashable {
    /// Its name.
    package var name: String
    /// Its version.
    package var version: String

    /// Fields left out are absent, zero or empty.
    package init(name: String = "", version: String = "") {
        self.name = name
        self.version = version
    }
}

extension OTLPScope: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPScope" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPScope: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpscope__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPScope>) {
        name = .init(c.pointee.name)
        version = .init(c.pointee.version)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPScope>, in arena: inout Arena) {
        c.pointee.name = arena.store(name)
        c.pointee.version = arena.store(version)
    }
}
