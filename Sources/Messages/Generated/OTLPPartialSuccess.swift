// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// The part of a request that a collector did not take.
package struct OTLPPartialSuccess: Sendable, Hashable {
    /// How many spans or data points were refused. They must not be sent again.
    package var rejected: Int
    /// Why, or with nothing refused a warning.
    package var errorMessage: String

    /// Fields left out are absent, zero or empty.
    package init(rejected: Int = 0, errorMessage: String = "") {
        self.rejected = rejected
        self.errorMessage = errorMessage
    }
}

extension OTLPPartialSuccess: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPPartialSuccess" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPPartialSuccess: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlppartial_success__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPPartialSuccess>) {
        rejected = Int(c.pointee.rejected)
        errorMessage = .init(c.pointee.error_message)
    }

    func fill(
        _ c: UnsafeMutablePointer<Laneway__Internal__OTLPPartialSuccess>, in arena: inout Arena
    ) {
        c.pointee.rejected = Int64(rejected)
        c.pointee.error_message = arena.store(errorMessage)
    }
}
