internal import CMessages

/// The generated tables, as the scan and the join read them.
extension UnsafePointer<WireSchema> {
    var fullName: String { String(cString: pointee.name) }

    /// What is known of the field of that number; nil when the message has none.
    func rule(for number: UInt32) -> WireField? {
        guard number < pointee.field_count else { return nil }
        let rule = pointee.fields[Int(number)]
        return rule.wireKind == WIRE_UNKNOWN ? nil : rule
    }
}

extension WireField {
    fileprivate var wireKind: WireKind { WireKind(rawValue: UInt32(kind)) }

    var isText: Bool { wireKind == WIRE_TEXT }

    /// How many bytes each number of a row has; 0 when they differ or it is no row.
    var rowStride: Int {
        switch wireKind {
        case WIRE_PACKED32: 4
        case WIRE_PACKED64: 8
        default: 0
        }
    }

    /// True for the layout its bytes must have. Packed numbers may also come one by one.
    func takes(_ wire: WireType) -> Bool {
        switch wireKind {
        case WIRE_VARINT: wire == .varint
        case WIRE_FIXED32: wire == .fixed32
        case WIRE_FIXED64: wire == .fixed64
        case WIRE_PACKED32: wire == .delimited || wire == .fixed32
        case WIRE_PACKED64: wire == .delimited || wire == .fixed64
        case WIRE_PACKED_VARINT: wire == .delimited || wire == .varint
        default: wire == .delimited
        }
    }
}
