// Written by scripts/proto from laneway/internal/interop.proto. Change that, not this.

internal import CMessages

/// The status a call is to end with.
package struct InteropStatus: Sendable, Hashable {
    /// Its code.
    package var code: Int32
    /// Its message.
    package var message: String

    /// Fields left out are absent, zero or empty.
    package init(code: Int32 = 0, message: String = "") {
        self.code = code
        self.message = message
    }
}

extension InteropStatus: WireMessage {
    package static var fullName: String { "laneway.internal.InteropStatus" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension InteropStatus: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__internal__interop_status__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__Internal__InteropStatus>) {
        code = c.pointee.code
        message = .init(c.pointee.message)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__Internal__InteropStatus>, in arena: inout Arena) {
        c.pointee.code = code
        c.pointee.message = arena.store(message)
    }
}
