/// Packed bytes that cannot be unpacked to their end.
package struct InflationFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package let format: Inflater.Format
    /// True when the end is missing; false when the bytes are wrong, and what was unpacked of them
    /// may be wrong too.
    package let isCutShort: Bool
    package let reason: String
    /// How many of the packed bytes were used.
    package let packedBytes: Int

    init(_ format: Inflater.Format, isCutShort: Bool, _ reason: String, _ packedBytes: Int) {
        self.format = format
        self.isCutShort = isCutShort
        self.reason = reason
        self.packedBytes = packedBytes
    }

    package var description: String {
        "\(packedBytes) bytes of \(format.rawValue) cannot be unpacked to their end: \(reason)"
    }
}
