internal import CMessages

/// From bytes to the message and back, through the C struct.
extension CBacked {
    /// Reads a message: scan, join if needed, unpack, copy out.
    ///
    /// - Parameter allocationsMax: For tests: refuse every allocation after so many.
    static func unpacked(
        from bytes: UnsafeRawBufferPointer, allocationsMax: Int = .max
    ) throws(DecodingFailure) -> Self {
        guard try Scan(bytes, as: schema).needsJoin else {
            return try unpackedAsIs(bytes, allocationsMax)
        }
        let joined = Join.joined(bytes, as: schema)
        return try joined.span.bytes.withUnsafeBytes { bytes throws(DecodingFailure) in
            try unpackedAsIs(bytes, allocationsMax)
        }
    }

    private static func unpackedAsIs(
        _ bytes: UnsafeRawBufferPointer, _ allocationsMax: Int
    ) throws(DecodingFailure) -> Self {
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
            return Self(UnsafeRawPointer(unpacked).assumingMemoryBound(to: C.self))
        }
    }

    /// Builds the C struct, and lends it to `body` ready to be written.
    func packed(_ body: (EncodedMessage) -> Void) {
        withUnsafeTemporaryAllocation(
            byteCount: Arena.lentBytes, alignment: Arena.alignment
        ) { lent in
            var arena = Arena(lent: lent, budgetBytes: .max)
            defer { extendLifetime(arena) }
            body(EncodedMessage(arena.make(self)))
        }
    }
}
