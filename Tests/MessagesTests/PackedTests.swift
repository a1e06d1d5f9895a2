import Messages
import Testing

@testable import Messages

/// Numbers in a row: packed behind one length, or one by one, which every reader has to take too.
struct PackedTests {
    private static let name = "laneway.internal.OTLPHistogramPoint"

    @Test func `numbers are written packed, little end first`() {
        let point = OTLPHistogramPoint(bucketCounts: [1, .max], explicitBounds: [1.5])
        #expect(
            point.encoded() == [
                0x32, 16, 1, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255,
                0x3A, 8, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F,
            ])
    }

    @Test func `the bits of a number survive`() throws {
        let bounds = [-0.0, .infinity, .leastNonzeroMagnitude, Double(nan: 7, signaling: false)]
        let arrived = try OTLPHistogramPoint(
            decoding: OTLPHistogramPoint(explicitBounds: bounds).encoded())
        #expect(arrived.explicitBounds.map(\.bitPattern) == bounds.map(\.bitPattern))
    }

    @Test func `numbers come packed, in pieces, or one by one, and keep their order`() throws {
        let packed = field(6, word(1) + word(2))
        let bytes = packed + one(6, 3) + field(6, []) + field(6, word(4)) + one(6, 5)
        #expect(try OTLPHistogramPoint(decoding: packed).bucketCounts == [1, 2])
        #expect(try OTLPHistogramPoint(decoding: one(6, 3)).bucketCounts == [3])
        #expect(try OTLPHistogramPoint(decoding: bytes).bucketCounts == [1, 2, 3, 4, 5])
    }

    @Test func `an empty row is no numbers`() throws {
        #expect(try OTLPHistogramPoint(decoding: field(7, [])) == OTLPHistogramPoint())
    }

    @Test(arguments: [1, 7, 9, 15, 17])
    func `a row that does not end with a number is refused with the place`(byteCount: Int) {
        let row = [UInt8](repeating: 0, count: byteCount)
        let failure = DecodingFailure.malformed(.badPackedLength, message: Self.name, byte: 12)
        #expect(throws: failure) {
            try OTLPHistogramPoint(decoding: field(6, word(1)) + field(7, row))
        }
    }

    @Test func `the place counts from the start of the whole`() {
        let failure = DecodingFailure.malformed(.badPackedLength, message: Self.name, byte: 8)
        #expect(throws: failure) {
            try OTLPHistogram(decoding: field(1, field(6, [])) + field(1, field(6, [0])))
        }
    }

    @Test(arguments: [
        ([0x32, 0x08, 0, 0, 0], DecodingFailure.Fault.truncated, 2),
        ([0x32, 0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 0], .truncated, 6),
        ([0x32, 0xF8, 0xFF, 0xFF, 0xFF, 0x7F, 0], .truncated, 6),
        ([0x32, 0x88, 0x80, 0x80, 0x80, 0x80, 0x00], .badLength, 7),
        ([0x31, 0, 0, 0, 0, 0, 0, 0], .truncated, 1),
    ])
    func `a length that the message does not have is refused before memory is taken for it`(
        bytes: [UInt8], fault: DecodingFailure.Fault, byte: Int
    ) {
        #expect(throws: DecodingFailure.malformed(fault, message: Self.name, byte: byte)) {
            try OTLPHistogramPoint(decoding: bytes)
        }
    }

    @Test func `a known number of another form is ignored, and what is around it is read`() throws {
        let bytes =
            field(6, word(1)) + field(6, varint: 9) + [0x35, 1, 2, 3, 4] + one(6, 2)
            + field(4, word(9)) + field(7, word(UInt64(1.5.bitPattern)))
        #expect(
            try OTLPHistogramPoint(decoding: bytes)
                == OTLPHistogramPoint(bucketCounts: [1, 2], explicitBounds: [1.5]))
    }

    @Test func `rows of messages that are merged stay whole`() throws {
        let point = OTLPHistogramPoint(bucketCounts: [1, 2])
        let data = field(9, field(1, point.encoded() + one(6, 3)))
        let points = OTLPHistogram(
            dataPoints: [Int](0..<2).map { _ in OTLPHistogramPoint(bucketCounts: [1, 2, 3]) })
        #expect(try OTLPMetric(decoding: data + data).data == .histogram(points))
    }

    @Test func `a megabyte of numbers is one field, and read`() throws {
        let bytes = field(6, repeated(word(7), 131_072))
        let counts = try OTLPHistogramPoint(decoding: bytes).bucketCounts
        #expect(counts == [UInt64](repeating: 7, count: 131_072))
    }

    @Test func `numbers one by one are a field each`() throws {
        let some = repeated(one(6, 7), 10_000)
        #expect(try OTLPHistogramPoint(decoding: some).bucketCounts.count == 10_000)
        #expect(throws: DecodingFailure.tooManyFields(max: 65_536)) {
            try OTLPHistogramPoint(decoding: repeated(one(6, 7), 65_537))
        }
    }

    @Test func `a row that takes more memory than its budget is refused`() {
        let bytes = field(6, repeated(word(7), 4 << 20))
        #expect(throws: DecodingFailure.overBudget(bytesMax: 32 << 20)) {
            try OTLPHistogramPoint(decoding: bytes)
        }
    }

    /// The eight bytes of a number.
    private func word(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// A number by itself.
    private func one(_ fieldNumber: UInt64, _ number: UInt64) -> [UInt8] {
        varint(fieldNumber << 3 | 1) + word(number)
    }
}
