/// One field of a message as it lies on the wire.
struct RawField {
    var number: UInt32
    var wire: WireType
    /// The field whole, its tag included.
    var whole: UnsafeRawBufferPointer
    /// What a length-delimited field holds, without its length.
    var payload: UnsafeRawBufferPointer

    /// True for a varint with bits past its 64th. To protobuf they are nothing, but libprotobuf-c
    /// takes such a bool for true.
    var hasStrayBits: Bool {
        let longest = FieldReader.varintBytesMax
        guard wire == .varint, whole.count > longest, whole[whole.count - 1] > 1 else {
            return false
        }
        return whole.suffix(longest).dropLast().allSatisfy { $0 >= 0x80 }
    }

    /// Appends the field as it came, but for stray bits.
    func append(to out: inout [UInt8]) {
        out += whole
        if hasStrayBits { out[out.count - 1] &= 1 }
    }
}

/// How the bytes of a field are laid out. Groups are not: proto3 has none.
enum WireType: UInt8 {
    case varint = 0
    case fixed64 = 1
    case delimited = 2
    case fixed32 = 5
}

/// Walks over the fields of one message, and no deeper. All it hands out is within bounds.
struct FieldReader {
    static let varintBytesMax = 10
    /// Of the varint of a tag or a length, which have 32 bits.
    private static let shortVarintBytesMax = 5

    private var position: UnsafeRawPointer
    private let end: UnsafeRawPointer

    init(_ bytes: UnsafeRawBufferPointer) {
        // An empty buffer may have no address; any will do, for it is never read.
        position = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
        end = position + bytes.count
    }

    /// Where it stands, for a failure to name.
    var address: UnsafeRawPointer { position }

    /// The next field; nil at the end of the message.
    mutating func next() throws(DecodingFailure.Fault) -> RawField? {
        guard position < end else { return nil }
        let start = position
        let (number, wire) = try tag()
        var payload = UnsafeRawBufferPointer(start: nil, count: 0)
        switch wire {
        case .varint: _ = try varint()
        case .fixed64: try skip(8)
        case .fixed32: try skip(4)
        case .delimited:
            let count = try length()
            payload = UnsafeRawBufferPointer(start: position, count: count)
            position += count
        }
        let whole = UnsafeRawBufferPointer(start: start, count: position - start)
        return RawField(number: number, wire: wire, whole: whole, payload: payload)
    }

    private mutating func tag() throws(DecodingFailure.Fault) -> (UInt32, WireType) {
        let start = position
        let tag = try varint()
        let number = tag >> 3
        guard position - start <= Self.shortVarintBytesMax, number >= 1, number < 1 << 29 else {
            throw .badTag
        }
        guard let wire = WireType(rawValue: UInt8(tag & 7)) else {
            throw tag & 7 == 3 || tag & 7 == 4 ? .group : .badWireType
        }
        return (UInt32(number), wire)
    }

    private mutating func length() throws(DecodingFailure.Fault) -> Int {
        let start = position
        let length = try varint()
        guard position - start <= Self.shortVarintBytesMax else { throw .badLength }
        guard length <= UInt64(end - position) else { throw .truncated }
        return Int(length)
    }

    private mutating func varint() throws(DecodingFailure.Fault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = position.load(as: UInt8.self)
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            if shift == 7 * UInt64(Self.varintBytesMax) { throw .varintTooLong }
        }
        throw .truncated
    }

    private mutating func skip(_ byteCount: Int) throws(DecodingFailure.Fault) {
        guard end - position >= byteCount else { throw .truncated }
        position += byteCount
    }
}
