internal import CMessages

/// From bytes to a C struct: scan, join if needed, unpack within a budget.
///
/// Knows a message by its tables alone. `CBacked` makes a Swift value of the struct.
enum Unpacking {
    /// Reads `bytes` as the message of `schema`, and lends its struct to `body`.
    ///
    /// - Parameter allocationsMax: For tests: refuse every allocation after so many.
    static func unpack<R>(
        _ bytes: UnsafeRawBufferPointer, as schema: UnsafePointer<WireSchema>,
        allocationsMax: Int = .max, _ body: (UnsafeRawPointer) -> R
    ) throws(DecodingFailure) -> R {
        guard try Scan(bytes, as: schema).needsJoin else {
            return try unpackAsIs(bytes, as: schema, allocationsMax, body)
        }
        let joined = Join.joined(bytes, as: schema)
        return try joined.span.bytes.withUnsafeBytes { bytes throws(DecodingFailure) in
            try unpackAsIs(bytes, as: schema, allocationsMax, body)
        }
    }

    private static func unpackAsIs<R>(
        _ bytes: UnsafeRawBufferPointer, as schema: UnsafePointer<WireSchema>,
        _ allocationsMax: Int, _ body: (UnsafeRawPointer) -> R
    ) throws(DecodingFailure) -> R {
        try withUnsafeTemporaryAllocation(
            byteCount: Arena.lentBytes, alignment: Arena.alignment
        ) { lent throws(DecodingFailure) in
            let budget = Arena.decodingBudgetBytes(for: bytes.count)
            var arena = Arena(lent: lent, budgetBytes: budget)
            arena.allocationsLeft = allocationsMax
            // The struct lies in the arena, which Swift does not see.
            defer { extendLifetime(arena) }
            let unpacked = arena.withAllocator { allocator in
                protobuf_c_message_unpack(
                    schema.pointee.descriptor, allocator, bytes.count,
                    bytes.bindMemory(to: UInt8.self).baseAddress)
            }
            guard let unpacked else {
                throw arena.hasRefused
                    ? .overBudget(bytesMax: budget) : .refused(message: schema.fullName)
            }
            return body(UnsafeRawPointer(unpacked))
        }
    }
}
