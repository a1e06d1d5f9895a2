internal import CMessages

/// Reads a message through, once, before protobuf-c gets to see it.
///
/// libprotobuf-c takes text for bytes, has no bound on what a small message may cost, and joins
/// the occurrences of a singular message in quadratic time. The scan refuses what is wrong or
/// costly, and notes what has to be joined first. Its own cost is linear.
struct Scan {
    /// Fields in all, nested ones included. A conversation of ten thousand turns has half of it.
    static let fieldsMax = 65_536

    /// Messages inside each other, as many as Google's decoders take. Only a message that may hold
    /// itself gets there, and none of ours may.
    static let depthMax = 100

    /// True when some field is there twice, or in another form than its own, which `Join` mends.
    private(set) var needsJoin = false

    private var fieldsLeft = fieldsMax
    private var depthLeft = depthMax
    private let start: UnsafeRawPointer?

    /// Scans all of `bytes` as the message of `schema`.
    init(
        _ bytes: UnsafeRawBufferPointer, as schema: UnsafePointer<WireSchema>
    ) throws(DecodingFailure) {
        start = bytes.baseAddress
        try message(bytes, as: schema)
    }

    private mutating func message(
        _ bytes: UnsafeRawBufferPointer, as schema: UnsafePointer<WireSchema>
    ) throws(DecodingFailure) {
        var slotsSeen: UInt64 = 0
        var reader = FieldReader(bytes)
        while let field = try next(from: &reader, of: schema) {
            guard let rule = schema.rule(for: field.number) else { continue }
            guard rule.takes(field.wire), !field.hasStrayBits else {
                needsJoin = true
                continue
            }
            if rule.slot != 0 {
                let bit: UInt64 = 1 << UInt64(rule.slot)
                if slotsSeen & bit != 0 { needsJoin = true }
                slotsSeen |= bit
            }
            try content(of: field, by: rule, in: schema)
        }
    }

    private mutating func content(
        of field: RawField, by rule: WireField, in schema: UnsafePointer<WireSchema>
    ) throws(DecodingFailure) {
        if rule.isText {
            try text(field.payload, of: rule, in: schema)
        } else if let nested = rule.schema {
            guard depthLeft > 0 else { throw .tooDeep(max: Self.depthMax) }
            depthLeft -= 1
            try message(field.payload, as: nested)
            depthLeft += 1
        } else if rule.rowStride > 1, !field.payload.count.isMultiple(of: rule.rowStride) {
            throw malformed(.badPackedLength, at: field.payload.baseAddress, in: schema)
        }
    }

    private mutating func next(
        from reader: inout FieldReader, of schema: UnsafePointer<WireSchema>
    ) throws(DecodingFailure) -> RawField? {
        do throws(DecodingFailure.Fault) {
            guard let field = try reader.next() else { return nil }
            fieldsLeft -= 1
            if fieldsLeft >= 0 { return field }
        } catch {
            throw malformed(error, at: reader.address, in: schema)
        }
        throw .tooManyFields(max: Self.fieldsMax)
    }

    private func malformed(
        _ fault: DecodingFailure.Fault, at place: UnsafeRawPointer?,
        in schema: UnsafePointer<WireSchema>
    ) -> DecodingFailure {
        let byte = if let start, let place { place - start } else { 0 }
        return .malformed(fault, message: schema.fullName, byte: byte)
    }

    private func text(
        _ bytes: UnsafeRawBufferPointer, of rule: WireField, in schema: UnsafePointer<WireSchema>
    ) throws(DecodingFailure) {
        if bytes.isASCII { return }
        do throws(Unicode.UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.bindMemory(to: UInt8.self).span)
        } catch {
            let field = "\(schema.fullName).\(String(cString: rule.name))"
            throw .notUTF8(field: field, byte: error.byteOffsets.lowerBound)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// True when no byte has its high bit set. Most text is so, and eight bytes are seen at a time.
    fileprivate var isASCII: Bool {
        var place = 0
        while count - place >= 8 {
            let word = loadUnaligned(fromByteOffset: place, as: UInt64.self)
            if word & 0x8080_8080_8080_8080 != 0 { return false }
            place += 8
        }
        while place < count {
            if self[place] >= 0x80 { return false }
            place += 1
        }
        return true
    }
}
