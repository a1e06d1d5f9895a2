internal import CRapidJSON

/// Reads JSON (RFC 8259) from outside, several times as fast as Foundation does: a gateway reads an
/// object for every chunk of every stream.
///
/// Where a key stands more than once in an object, its first value counts. A number is taken for a
/// whole one where it is one (`1.0`).
package enum JSONText {
    /// How deep lists and objects may nest. It bounds how deep the reading of types that hold
    /// themselves recurses.
    package static let depthMax = 512

    /// The value that `text` (UTF-8) says.
    ///
    /// - Throws: `NotJSON`, or the `JSONMismatch` of a type that finds something else than it
    ///   looks for.
    package static func decode<Value: JSONReadable>(
        _ type: Value.Type, from text: Span<UInt8>
    ) throws -> Value {
        let row = try Row(text)
        return try withExtendedLifetime(row) { try Value(json: JSONPlace(row.values, 0)) }
    }
}

/// The text is not JSON, or nests deeper than `JSONText.depthMax`.
package struct NotJSON: Error, Hashable, CustomStringConvertible {
    package var bytes: Int

    package var description: String {
        "\(bytes) bytes that are not JSON, or nest more than \(JSONText.depthMax) deep"
    }
}

/// Owns the values of one text.
final class Row {
    private let row: OpaquePointer
    let values: UnsafePointer<crapidjson_value>

    init(_ text: Span<UInt8>) throws(NotJSON) {
        let row = text.withUnsafeBytes { bytes in
            crapidjson_read(
                bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count,
                JSONText.depthMax)
        }
        guard let row else { throw NotJSON(bytes: text.count) }
        self.row = row
        values = crapidjson_values(row)
    }

    deinit {
        crapidjson_free(row)
    }
}
