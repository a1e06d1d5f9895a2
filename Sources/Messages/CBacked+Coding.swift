internal import CMessages

/// From bytes to the message and back, through the C struct.
extension CBacked {
    /// Reads a message: unpack, copy out.
    ///
    /// - Parameter allocationsMax: For tests: refuse every allocation after so many.
    static func unpacked(
        from bytes: UnsafeRawBufferPointer, allocationsMax: Int = .max
    ) throws(DecodingFailure) -> Self {
        try Unpacking.unpack(bytes, as: schema, allocationsMax: allocationsMax) { c in
            Self(c.assumingMemoryBound(to: C.self))
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
