/// Wire forms that no encoder would write, put together by hand.
func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F) | 0x80] + varint(value >> 7)
}

/// A length-delimited field.
func field(_ number: UInt64, _ payload: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(payload.count)) + payload
}

/// A varint field.
func field(_ number: UInt64, varint value: UInt64) -> [UInt8] {
    varint(number << 3) + varint(value)
}

/// The bytes so many times over, by doubling: some of these messages are megabytes long.
func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
    let total = bytes.count * count
    var out = bytes
    while out.count < total { out += out.prefix(total - out.count) }
    return out
}
