// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// How a span ended.
package struct OTLPSpanStatus: Sendable, Hashable {
    /// What went wrong, for developers; only with an error.
    package var message: String
    /// Whether something went wrong.
    package var code: OTLPSpanStatusCode

    /// Fields left out are absent, zero or empty.
    package init(message: String = "", code: OTLPSpanStatusCode = .unset) {
        self.message = message
        self.code = code
    }
}

extension OTLPSpanStatus: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPSpanStatus" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPSpanStatus: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpspan_status__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPSpanStatus>) {
        message = .init(c.pointee.message)
        code = .init(rawValue: c.pointee.code)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPSpanStatus>, in arena: inout Arena) {
        c.pointee.message = arena.store(message)
        c.pointee.code = code.rawValue
    }
}
