// Written by scripts/proto from laneway/v1/models.proto. Change that, not this.

internal import CMessages

/// One target of a resolved chain.
public struct ResolvedTarget: Sendable, Hashable {
    /// provider/model.
    public var target: String
    /// The provider's name in the configuration.
    public var provider: String
    /// The model's name, as the provider knows it.
    public var model: String
    /// The effort suffix: minimal, low, medium, high, or empty.
    public var effort: String
    /// The lane it runs in; empty where queueing is off.
    public var lane: String
    /// What the model can do.
    public var capabilities: Capabilities?
    /// Milliseconds until it may be tried again; 0 when it is healthy.
    public var coolingMs: Int

    /// Fields left out are absent, zero or empty.
    public init(
        target: String = "", provider: String = "", model: String = "", effort: String = "",
        lane: String = "", capabilities: Capabilities? = nil, coolingMs: Int = 0
    ) {
        self.target = target
        self.provider = provider
        self.model = model
        self.effort = effort
        self.lane = lane
        self.capabilities = capabilities
        self.coolingMs = coolingMs
    }
}

extension ResolvedTarget: WireMessage {
    package static var fullName: String { "laneway.v1.ResolvedTarget" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ResolvedTarget: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__resolved_target__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ResolvedTarget>) {
        target = .init(c.pointee.target)
        provider = .init(c.pointee.provider)
        model = .init(c.pointee.model)
        effort = .init(c.pointee.effort)
        lane = .init(c.pointee.lane)
        capabilities = c.pointee.capabilities.map { .init($0) }
        coolingMs = Int(c.pointee.cooling_ms)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ResolvedTarget>, in arena: inout Arena) {
        c.pointee.target = arena.store(target)
        c.pointee.provider = arena.store(provider)
        c.pointee.model = arena.store(model)
        c.pointee.effort = arena.store(effort)
        c.pointee.lane = arena.store(lane)
        c.pointee.capabilities = arena.store(capabilities)
        c.pointee.cooling_ms = Int64(coolingMs)
    }
}
