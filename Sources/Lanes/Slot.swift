/// The right to run one attempt in a lane. Move-only, so it is released exactly once; one that is
/// forgotten is released by `deinit`, logged and counted.
package struct Slot: ~Copyable, Sendable {
    private let lane: Lane
    private let grant: Grant
    // `discard self` would need a struct without references.
    private var spent = false

    init(_ grant: Grant, of lane: Lane) {
        self.grant = grant
        self.lane = lane
    }

    deinit {
        if !spent { lane.slotLeaked(grant) }
    }

    /// How long the call waited in the queue; zero when it did not.
    package var waited: Duration { grant.waited }

    /// The attempt has ended, one way or another.
    ///
    /// - Parameter used: its tokens, for a lane shared by them; nil where they are not known: the
    ///   caller is then charged what its calls took of late.
    /// - Parameter strain: what it says of its upstream, for a lane that adapts.
    package consuming func release(used: TokensUsed? = nil, _ strain: Strain = .unknown) {
        spent = true
        lane.slotFreed(grant, used, strain)
    }

    /// The stream's first chunk has arrived. Frees the slot, unless the lane holds it until the
    /// stream's completion.
    package consuming func established() -> OpenStream {
        spent = true
        return lane.streamEstablished(grant)
    }
}

/// An established stream of a lane, from its first chunk to its end. Move-only, like the slot it
/// came from.
package struct OpenStream: ~Copyable, Sendable {
    private let lane: Lane
    private let grant: OpenGrant
    private var spent = false

    init(_ grant: OpenGrant, of lane: Lane) {
        self.grant = grant
        self.lane = lane
    }

    deinit {
        if !spent { lane.streamLeaked(grant) }
    }

    /// The stream has ended, one way or another.
    ///
    /// - Parameter used: as for `Slot.release`.
    package consuming func end(used: TokensUsed? = nil) {
        spent = true
        lane.streamEnded(grant, used)
    }
}
