extension FuzzTarget {
    /// A whole connection of a server. The first byte of an input says how what is sent is cut.
    ///
    /// - Parameters:
    ///   - check: what must hold of all that the server says.
    ///   - script: what a client does, made of the rest of an input.
    static func connection(
        _ name: String, seeds: @escaping @Sendable (SeedSources) throws -> [[UInt8]],
        check: @escaping @Sendable ([UInt8]) -> Void,
        script: @escaping @Sendable (ArraySlice<UInt8>) -> [FuzzConnection.Step]
    ) -> FuzzTarget {
        FuzzTarget(name, seeds: { try seeds($0).map { [6] + $0 } }) { input in
            guard let seed = input.first else { return }
            let steps = script(input.dropFirst())
            // Alarms are set when bytes come, so a clock that moves makes the cut matter.
            let timeless = steps.filter { !$0.isWind }
            let whole = FuzzConnection.play(timeless)
            check(whole.sent)
            let cut = FuzzConnection.play(timeless, cuts: Cuts(seed: seed))
            // A client that reads between what it sends gets other answers, but none that break.
            let between = readingBetween(steps, seed)
            check(FuzzConnection.play(between).sent)
            require(
                whole == cut || whole.countsReads || cut.countsReads
                    || FuzzConnection.speaksAfterEnd(between),
                "whole it is \(whole), cut with seed \(seed) it is \(cut)")
        }
    }

    private static func readingBetween(
        _ steps: [FuzzConnection.Step], _ seed: UInt8
    ) -> [FuzzConnection.Step] {
        var cuts = Cuts(seed: seed)
        return steps.flatMap { step -> [FuzzConnection.Step] in
            guard case .send(let bytes) = step else { return [step] }
            return cuts.pieces(of: bytes[...]).flatMap { [.send($0), .read] }
        }
    }
}
