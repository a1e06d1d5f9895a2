// Written by scripts/proto from google/protobuf/duration.proto. Change that, not this.

internal import CMessages

/// A span of time. Both fields have the same sign.
public struct DurationMessage: Sendable, Hashable {
    /// Whole seconds.
    public var seconds: Int
    /// Nanoseconds on top of them, less than a second.
    public var nanos: Int32

    /// Fields left out are absent, zero or empty.
    public init(seconds: Int = 0, nanos: Int32 = 0) {
        self.seconds = seconds
        self.nanos = nanos
    }
}

extension DurationMessage: WireMessage {
    package static var fullName: String { "google.protobuf.Duration" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension DurationMessage: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        google__protobuf__duration__get_schema()
    }

    init(_ c: UnsafePointer<Google__Protobuf__Duration>) {
        seconds = Int(c.pointee.seconds)
        nanos = c.pointee.nanos
    }

    func fill(_ c: UnsafeMutablePointer<Google__Protobuf__Duration>, in arena: inout Arena) {
        c.pointee.seconds = Int64(seconds)
        c.pointee.nanos = nanos
    }
}
