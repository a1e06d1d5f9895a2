// Written by scripts/proto from laneway/internal/otlp.proto. Change that, not this.

internal import CMessages

/// What a collector answers to either request.
package struct OTLPResponse: Sendable, Hashable {
    /// What it did not take; absent when it took everything.
    package var partialSuccess: OTLPPartialSuccess?

    /// Fields left out are absent, zero or empty.
    package init(partialSuccess: OTLPPartialSuccess? = nil) {
        self.partialSuccess = partialSuccess
    }
}

extension OTLPResponse: WireMessage {
    package static var fullName: String { "laneway.internal.OTLPResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension OTLPResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__otlpresponse__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__OTLPResponse>) {
        partialSuccess = c.pointee.partial_success.map { .init($0) }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__OTLPResponse>, in arena: inout Arena) {
        c.pointee.partial_success = arena.store(partialSuccess)
    }
}
