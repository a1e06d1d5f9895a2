/// Something that reads bytes from outside, and what must hold whatever they are.
struct FuzzTarget: Sendable {
    let name: String
    /// The longest input that is tried, in bytes.
    let bytesMax: Int
    /// Good inputs to begin with.
    let seeds: @Sendable (SeedSources) throws -> [[UInt8]]
    /// Ends the process where something does not hold.
    let run: @Sendable ([UInt8]) -> Void

    init(
        _ name: String, bytesMax: Int = 4_096,
        seeds: @escaping @Sendable (SeedSources) throws -> [[UInt8]],
        run: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.name = name
        self.bytesMax = bytesMax
        self.seeds = seeds
        self.run = run
    }

    static let all: [FuzzTarget] =
        [
            .ttrpcDeframer, .ttrpc, .ttrpcFrames, .grpcDeframer, .http2, .http2Opened,
            .http2Frames, .messages, .texts, .inflater, .configuration,
        ] + upstream

    #if DEBUG || FUZZING
        private static let upstream = [serverSentEvents, lines] + dialects
    #else
        // They are looked at from inside their module, which a release build does not allow.
        private static let upstream: [FuzzTarget] = []
    #endif

    static func named(_ name: String?) -> FuzzTarget? {
        (all + [canary]).first { $0.name == name }
    }

    /// Fails for one input: what shows that a failure is seen. Not among `all`.
    static let canary = FuzzTarget("canary", seeds: { _ in [] }) { input in
        require(!input.starts(with: "FUZZ".utf8), "the canary has met its input")
    }
}

/// Ends the process with `message` where the condition does not hold, in every build.
func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fatalError(message()) }
}
