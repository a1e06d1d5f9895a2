// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// The stream is whole.
public struct Finish: Sendable, Hashable {
    /// Why the model stopped.
    public var finishReason: FinishReason
    /// What the call cost in tokens.
    public var usage: Usage?
    /// What happened to the call. Its messages field is never filled.
    public var call: CallInfo?

    /// Fields left out are absent, zero or empty.
    public init(
        finishReason: FinishReason = .unspecified, usage: Usage? = nil, call: CallInfo? = nil
    ) {
        self.finishReason = finishReason
        self.usage = usage
        self.call = call
    }
}

extension Finish: WireMessage {
    package static var fullName: String { "laneway.v1.Finish" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension Finish: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__finish__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__Finish>) {
        finishReason = .init(rawValue: c.pointee.finish_reason)
        usage = c.pointee.usage.map { .init($0) }
        call = c.pointee.call.map { .init($0) }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__Finish>, in arena: inout Arena) {
        c.pointee.finish_reason = finishReason.rawValue
        c.pointee.usage = arena.store(usage)
        c.pointee.call = arena.store(call)
    }
}
