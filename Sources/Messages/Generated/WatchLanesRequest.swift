// Written by scripts/proto from laneway/v1/lane_admin.proto. Change that, not this.

internal import CMessages

/// Which lanes to watch.
public struct WatchLanesRequest: Sendable, Hashable {
    /// Their names. Empty: all of them, new ones too.
    public var names: [String]
    /// The shortest time between two answers, in milliseconds. 0: 250.
    public var intervalMs: Int

    /// Fields left out are absent, zero or empty.
    public init(names: [String] = [], intervalMs: Int = 0) {
        self.names = names
        self.intervalMs = intervalMs
    }
}

extension WatchLanesRequest: WireMessage {
    package static var fullName: String { "laneway.v1.WatchLanesRequest" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension WatchLanesRequest: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        laneway__v1__watch_lanes_request__get_schema()
    }

    init(_ c: UnsafePointer<Laneway__V1__WatchLanesRequest>) {
        names = .init(c.pointee.n_names, c.pointee.names)
        intervalMs = Int(c.pointee.interval_ms)
    }

    func fill(_ c: UnsafeMutablePointer<Laneway__V1__WatchLanesRequest>, in arena: inout Arena) {
        (c.pointee.n_names, c.pointee.names) = arena.store(names)
        c.pointee.interval_ms = Int64(intervalMs)
    }
}
