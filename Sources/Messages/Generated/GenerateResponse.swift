// Written by scripts/proto from laneway/v1/laneway.proto. Change that, not this.

internal import CMessages

/// The whole answer of a Generate.
public struct GenerateResponse: Sendable, Hashable {
    /// What the model said.
    public var message: Message?
    /// Why it stopped.
    public var finishReason: FinishReason
    /// What it cost in tokens.
    public var usage: Usage?
    /// What happened to the call. Its messages field is never filled.
    public var call: CallInfo?

    /// Fields left out are absent, zero or empty.
    public init(
        message: Message? = nil, finishReason: FinishReason = .unspecified, usage: Usage? = nil,
        call: CallInfo? = nil
    ) {
        self.message = message
        self.finishReason = finishReason
        self.usage = usage
        self.call = call
    }
}

extension GenerateResponse: WireMessage {
    package static var fullName: String { "laneway.v1.GenerateResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension GenerateResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__generate_response__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__GenerateResponse>) {
        message = c.pointee.message.map { .init($0) }
        finishReason = .init(rawValue: c.pointee.finish_reason)
        usage = c.pointee.usage.map { .init($0) }
        call = c.pointee.call.map { .init($0) }
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__GenerateResponse>, in arena: inout Arena) {
        c.pointee.message = arena.store(message)
        c.pointee.finish_reason = finishReason.rawValue
        c.pointee.usage = arena.store(usage)
        c.pointee.call = arena.store(call)
    }
}
