import NIOCore

/// Writes JSON straight into the buffer that is sent. Tools' schemas are put in as the client wrote
/// them, which no `Encodable` can do.
struct JSONWriter {
    private(set) var buffer: ByteBuffer
    private var needsComma = false

    init(capacity: Int) {
        buffer = ByteBuffer()
        buffer.reserveCapacity(capacity)
    }

    mutating func object(_ members: (inout JSONWriter) throws(ProviderRefusal) -> Void)
        throws(ProviderRefusal)
    {
        try nest("{", "}", members)
    }

    mutating func array(_ elements: (inout JSONWriter) throws(ProviderRefusal) -> Void)
        throws(ProviderRefusal)
    {
        try nest("[", "]", elements)
    }

    /// Begins a member: its value is to be written next.
    mutating func key(_ name: StaticString) {
        separate()
        buffer.writeInteger(UInt8(ascii: "\""))
        buffer.writeStaticString(name)
        buffer.writeStaticString("\":")
        needsComma = false
    }

    mutating func value(_ text: String) {
        separate()
        buffer.writeInteger(UInt8(ascii: "\""))
        escape(text)
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    mutating func value(_ number: some FixedWidthInteger) { raw("\(number)") }

    /// - Parameter number: finite; JSON has no word for others.
    mutating func value(_ number: Double) { raw("\(number)") }

    mutating func value(_ truth: Bool) { raw(truth ? "true" : "false") }

    mutating func null() { raw("null") }

    /// Puts in what is JSON already.
    mutating func raw(_ json: String) {
        separate()
        buffer.writeString(json)
    }

    private mutating func nest(
        _ open: StaticString, _ close: StaticString,
        _ inside: (inout JSONWriter) throws(ProviderRefusal) -> Void
    ) throws(ProviderRefusal) {
        separate()
        buffer.writeStaticString(open)
        needsComma = false
        try inside(&self)
        buffer.writeStaticString(close)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { buffer.writeInteger(UInt8(ascii: ",")) }
        needsComma = true
    }

    private mutating func escape(_ text: String) {
        let utf8 = text.utf8.span
        var start = 0
        for index in utf8.indices {
            let byte = utf8[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                unsafe buffer.writeBytes(utf8.extracting(start..<index).bytes)
                buffer.writeString(Self.escaped(byte))
                start = index + 1
            }
        }
        unsafe buffer.writeBytes(utf8.extracting(start...).bytes)
    }

    private static func escaped(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case 0x0A: "\\n"
        case 0x0D: "\\r"
        case 0x09: "\\t"
        default: "\\u00" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
        }
    }
}

/// A request that cannot be written down for the provider, and why.
struct ProviderRefusal: Error, Hashable {
    var message: String
    /// Another target may be able to take it.
    var isOfTarget = false
}
