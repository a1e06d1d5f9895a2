internal import Wire

/// A call's metadata: what the client sent beside the message, without HTTP/2's and gRPC's own
/// fields. Read lazily, since most calls read only a name or two.
package struct Metadata: Sendable {
    private var block = HeaderBlock()

    package init() {}

    package var count: Int { block.count }

    /// Keeps the fields that are the application's own.
    init(from headers: borrowing HeaderBlock) {
        for index in 0..<headers.count where headers.known(at: index).isApplications {
            block.append(index, of: headers)
        }
    }

    package mutating func append(_ name: String, _ value: String) {
        block.append(name: name, value: value)
    }

    /// Appends bytes under a name that ends in `-bin`.
    package mutating func append(_ name: String, bytes: [UInt8]) {
        block.append(name: name, value: String(decoding: Base64.encode(bytes), as: UTF8.self))
    }

    /// The first value of that name; nil when there is none.
    package subscript(_ name: StaticString) -> String? { block.text(name) }

    /// The first value of a `-bin` name. Values may be joined by commas, which base64 has not.
    package func bytes(_ name: StaticString) -> [UInt8]? {
        guard let index = block.index(of: name) else { return nil }
        let first = block.value(at: index).prefix { $0 != UInt8(ascii: ",") }
        return Base64.decode(first)
    }

    func write(to headers: inout HeaderBlock) {
        for index in 0..<block.count {
            headers.append(index, of: block)
        }
    }

    /// The first `-bin` field with a value that is no base64, if there is one.
    func firstBrokenBinaryName() -> String? {
        for index in 0..<block.count where block.name(at: index).hasBinarySuffix {
            let values = block.value(at: index).split(separator: UInt8(ascii: ","))
            if values.contains(where: { Base64.decode($0.trimmingSpaces()) == nil }) {
                return String(decoding: block.name(at: index), as: UTF8.self)
            }
        }
        return nil
    }
}

extension FieldName {
    /// What the caller sees as metadata.
    fileprivate var isApplications: Bool {
        switch self {
        case .own, .connection, .contentLength: true
        case .method, .path, .scheme, .authority, .pseudoOther, .contentType, .te, .userAgent,
            .grpcTimeout, .grpcEncoding, .grpcAcceptEncoding, .grpcOther:
            false
        }
    }
}

extension ArraySlice<UInt8> {
    var hasBinarySuffix: Bool { count > 4 && suffix(4).equals("-bin") }

    func trimmingSpaces() -> ArraySlice<UInt8> {
        var trimmed = self
        while trimmed.first == UInt8(ascii: " ") { trimmed.removeFirst() }
        while trimmed.last == UInt8(ascii: " ") { trimmed.removeLast() }
        return trimmed
    }
}
