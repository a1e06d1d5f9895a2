internal import CNghttp2

/// A header list that is sent again and again: laid out for nghttp2 once and never copied after.
/// Made for constants, so it lives as long as the process.
package struct HeaderTable: @unchecked Sendable {
    // Sendable by hand: the memory is written here once, then only read, and never freed.
    let start: UnsafeMutablePointer<nghttp2_nv>
    let count: Int

    package init(_ fields: KeyValuePairs<StaticString, StaticString>) {
        start = .allocate(capacity: fields.count)
        count = fields.count
        let flags = UInt8(
            NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue | NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)
        for (index, field) in fields.enumerated() {
            // nghttp2 declares the bytes mutable and never writes them (nghttp2_nv, its manual).
            (start + index).initialize(
                to: nghttp2_nv(
                    name: UnsafeMutablePointer(mutating: field.key.utf8Start),
                    value: UnsafeMutablePointer(mutating: field.value.utf8Start),
                    namelen: field.key.utf8CodeUnitCount,
                    valuelen: field.value.utf8CodeUnitCount, flags: flags))
        }
    }
}

extension HeaderBlock {
    /// Lends the block to nghttp2, which copies it.
    func withNameValues<R>(_ body: (UnsafeMutablePointer<nghttp2_nv>?, Int) -> R) -> R {
        withUnsafeTemporaryAllocation(of: nghttp2_nv.self, capacity: max(count, 1)) { table in
            withBytes { base in
                for index in 0..<count {
                    let name = self.name(at: index)
                    let value = self.value(at: index)
                    table.initializeElement(
                        at: index,
                        to: nghttp2_nv(
                            name: base + name.startIndex, value: base + value.startIndex,
                            namelen: name.count, valuelen: value.count,
                            flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue)))
                }
                return body(table.baseAddress, count)
            }
        }
    }
}
