// Written by scripts/proto from laneway/v1/models.proto. Change that, not this.

internal import CMessages

/// One name a caller may use as model.
public struct ModelEntry: Sendable, Hashable {
    /// The name: a tier or provider/model.
    public var name: String
    /// The targets it stands for, in order. One for a target.
    public var targets: [String]
    /// True when it is a tier.
    public var tier: Bool

    /// Fields left out are absent, zero or empty.
    public init(name: String = "", targets: [String] = [], tier: Bool = false) {
        self.name = name
        self.targets = targets
        self.tier = tier
    }
}

extension ModelEntry: WireMessage {
    package static var fullName: String { "laneway.v1.ModelEntry" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension ModelEntry: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__model_entry__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__ModelEntry>) {
        name = .init(c.pointee.name)
        targets = .init(c.pointee.n_targets, c.pointee.targets)
        tier = c.pointee.tier != 0
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__ModelEntry>, in arena: inout Arena) {
        c.pointee.name = arena.store(name)
        (c.pointee.n_targets, c.pointee.targets) = arena.store(targets)
        c.pointee.tier = tier ? 1 : 0
    }
}
