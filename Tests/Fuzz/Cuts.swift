/// Cuts bytes into pieces as the network might; the same seed always cuts alike.
struct Cuts {
    private var state: UInt32
    private let pieceBytesMax: UInt32

    /// - Parameter seed: 0 cuts into single bytes, more into longer pieces of many lengths.
    init(seed: UInt8) {
        state = UInt32(seed) &* 2_654_435_761 | 1
        pieceBytesMax = UInt32(seed) + 1
    }

    mutating func pieces(of bytes: ArraySlice<UInt8>) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = bytes
        while !rest.isEmpty {
            let piece = rest.prefix(nextLength())
            pieces.append(Array(piece))
            rest = rest[piece.endIndex...]
        }
        return pieces
    }

    /// Xorshift (Marsaglia, 2003).
    private mutating func nextLength() -> Int {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        return Int(state % pieceBytesMax) + 1
    }

    /// Runs `read` on the bytes behind the first, whole and cut as the first byte says, and holds
    /// the two results to be one.
    static func compare<Result: Equatable>(
        _ input: [UInt8], _ read: (_ pieces: [[UInt8]]) -> Result
    ) {
        guard let seed = input.first else { return }
        let bytes = input.dropFirst()
        var cuts = Cuts(seed: seed)
        let whole = read([Array(bytes)])
        let cut = read(cuts.pieces(of: bytes))
        require(whole == cut, "whole it is \(whole), cut with seed \(seed) it is \(cut)")
    }
}
