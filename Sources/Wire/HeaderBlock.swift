/// The fields of one HTTP/2 header block, in order, in one flat run of bytes. The session fills one
/// and reuses it: a connection receives one header block at a time (RFC 9113, section 4.3).
package struct HeaderBlock: Sendable {
    private struct Field: Sendable {
        var known: FieldName
        /// Where its name begins, its value, and what comes after it.
        var start: Int
        var middle: Int
        var end: Int
    }

    private var bytes: [UInt8] = []
    private var fields: [Field] = []
    /// Names and values plus 32 a field, as SETTINGS_MAX_HEADER_LIST_SIZE counts (RFC 9113,
    /// section 6.5.2). Counts fields that were not kept, too.
    package private(set) var listSize = 0

    package init() {}

    package var count: Int { fields.count }
    package var isEmpty: Bool { fields.isEmpty }

    package mutating func append(name: String, value: String) {
        var (name, value) = (name, value)
        name.withUTF8 { name in value.withUTF8 { append(name: name, value: $0) } }
    }

    package mutating func append(name: StaticString, value: [UInt8]) {
        value.withUnsafeBufferPointer { value in
            name.withUTF8Buffer { append(name: $0, value: value) }
        }
    }

    mutating func append(
        name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>
    ) {
        append(FieldName(name), name: name, value: value)
    }

    /// Appends a field of another block.
    package mutating func append(_ index: Int, of other: borrowing HeaderBlock) {
        let known = other.fields[index].known
        other.withField(index) { append(known, name: $0, value: $1) }
    }

    private mutating func append(
        _ known: FieldName, name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>
    ) {
        let start = bytes.count
        bytes.append(contentsOf: name)
        bytes.append(contentsOf: value)
        fields.append(
            Field(known: known, start: start, middle: start + name.count, end: bytes.count))
        listSize += bytes.count - start + 32
    }

    /// Appends a field, or only counts it where the block is over a limit already.
    ///
    /// - Returns: the block's size before.
    mutating func append(
        name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>,
        upTo bytesMax: Int, _ fieldsMax: Int
    ) -> Int {
        let size = listSize
        if size > bytesMax || count > fieldsMax {
            listSize += name.count + value.count + 32
        } else {
            append(name: name, value: value)
        }
        return size
    }

    /// Empties the block and keeps its memory.
    mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        fields.removeAll(keepingCapacity: true)
        listSize = 0
    }

    package func known(at index: Int) -> FieldName { fields[index].known }

    package func name(at index: Int) -> ArraySlice<UInt8> {
        bytes[fields[index].start..<fields[index].middle]
    }

    package func value(at index: Int) -> ArraySlice<UInt8> {
        bytes[fields[index].middle..<fields[index].end]
    }

    /// Lends the name and the value of a field.
    func withField<R>(
        _ index: Int, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> R
    ) -> R {
        let field = fields[index]
        return bytes.withUnsafeBufferPointer {
            body(
                UnsafeBufferPointer(rebasing: $0[field.start..<field.middle]),
                UnsafeBufferPointer(rebasing: $0[field.middle..<field.end]))
        }
    }

    /// The value of the last field of that name; nil when there is none.
    package func last(_ known: FieldName) -> ArraySlice<UInt8>? {
        fields.lastIndex { $0.known == known }.map { value(at: $0) }
    }

    func withBytes<R>(_ body: (UnsafeMutablePointer<UInt8>) -> R) -> R {
        bytes.withUnsafeBufferPointer { buffer in
            // An empty block has no fields, so nothing is read through the stand-in.
            var none: UInt8 = 0
            return withUnsafeMutablePointer(to: &none) {
                body(buffer.baseAddress.map(UnsafeMutablePointer.init(mutating:)) ?? $0)
            }
        }
    }

    /// The value of the first field of that name, as text; nil when there is none. Bytes that are
    /// no UTF-8 become U+FFFD.
    package func text(_ name: StaticString) -> String? {
        index(of: name).map { String(decoding: value(at: $0), as: UTF8.self) }
    }

    /// Where the first field of that name is.
    package func index(of name: StaticString) -> Int? {
        fields.indices.first { self.name(at: $0).equals(name) }
    }
}

extension ArraySlice<UInt8> {
    /// Byte for byte the same.
    package func equals(_ text: StaticString) -> Bool {
        withUnsafeBufferPointer { $0.is(text) }
    }

    package func starts(with text: StaticString) -> Bool {
        withUnsafeBufferPointer { $0.begins(text) }
    }
}
