import Testing

@testable import Transport

/// What a byte costs says how many are taken at a time.
@Suite struct PieceLengthTests {
    private var length = PieceLength()

    @Test mutating func `where bytes are cheap it stays as long as it may be`() {
        for _ in 0..<3 { length.adapt(to: .microseconds(1)) }
        #expect(length.bytes == 2_048)
    }

    @Test
    mutating func `a piece that took long is followed by one that takes a tenth of a millisecond`()
    {
        length.adapt(to: .microseconds(400))
        #expect(length.bytes == 512)
    }

    @Test mutating func `it is never so short that nothing gets done`() {
        length.adapt(to: .seconds(1))
        #expect(length.bytes == 256)
    }

    @Test mutating func `it grows again by and by`() {
        length.adapt(to: .seconds(1))
        var lengths: [Int] = []
        for _ in 0..<4 {
            length.adapt(to: .microseconds(40))
            lengths.append(length.bytes)
        }
        #expect(lengths == [512, 1_024, 2_048, 2_048])
    }

    @Test mutating func `about a tenth of a millisecond is left as it is`() {
        length.adapt(to: .microseconds(400))
        for time in [60, 100, 190] { length.adapt(to: .microseconds(time)) }
        #expect(length.bytes == 512)
    }
}
