internal import CMessages

/// Writes a scanned message anew so that libprotobuf-c reads it as protobuf means it, and fast.
///
/// In what it writes no slot is filled twice: the occurrences of a singular message are joined by
/// joining their bytes, which is protobuf's own rule for merging; of a oneof only the last member
/// stays. Fields of unknown number or of another wire type than their own are left out, and so are
/// the bits of a varint past its 64th.
///
/// Rarely needed: no encoder writes such messages, but every decoder has to read them.
enum Join {
    /// - Parameter bytes: a message that `Scan` has passed.
    static func joined(
        _ bytes: UnsafeRawBufferPointer, as schema: UnsafePointer<WireSchema>
    ) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count)
        append([bytes], as: schema, to: &out)
        return out
    }

    /// What fills a slot.
    private enum Filling {
        case field(RawField)
        case message(UInt32, UnsafePointer<WireSchema>, [UnsafeRawBufferPointer])
    }

    /// Appends the one message that all `payloads` together make.
    private static func append(
        _ payloads: [UnsafeRawBufferPointer], as schema: UnsafePointer<WireSchema>,
        to out: inout [UInt8]
    ) {
        var slots: [UInt8: Filling] = [:]
        for payload in payloads {
            var reader = FieldReader(payload)
            while let field = try? reader.next() {
                guard let rule = schema.rule(for: field.number), rule.takes(field.wire) else {
                    continue
                }
                if rule.slot != 0 {
                    fill(&slots[rule.slot], with: field, of: rule)
                } else if let nested = rule.schema {
                    appendMessage(field.number, [field.payload], as: nested, to: &out)
                } else {
                    field.append(to: &out)
                }
            }
        }
        for (_, filling) in slots.sorted(by: { $0.key < $1.key }) {
            switch filling {
            case .field(let field): field.append(to: &out)
            case .message(let number, let nested, let payloads):
                appendMessage(number, payloads, as: nested, to: &out)
            }
        }
    }

    private static func fill(_ slot: inout Filling?, with field: RawField, of rule: WireField) {
        guard let nested = rule.schema else {
            slot = .field(field)
            return
        }
        if case .message(field.number, _, var payloads)? = slot {
            slot = nil  // So that the array below is not shared and grows in place.
            payloads.append(field.payload)
            slot = .message(field.number, nested, payloads)
        } else {
            slot = .message(field.number, nested, [field.payload])
        }
    }

    private static func appendMessage(
        _ number: UInt32, _ payloads: [UnsafeRawBufferPointer],
        as schema: UnsafePointer<WireSchema>, to out: inout [UInt8]
    ) {
        out += varint(UInt64(number) << 3 | UInt64(WireType.delimited.rawValue))
        let start = out.count
        append(payloads, as: schema, to: &out)
        // Moves the message a little. That is linear, as messages nest only so deep.
        out.insert(contentsOf: varint(UInt64(out.count - start)), at: start)
    }

    private static func varint(_ value: UInt64) -> [UInt8] {
        var out: [UInt8] = []
        var rest = value
        while rest >= 0x80 {
            out.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        out.append(UInt8(rest))
        return out
    }
}
