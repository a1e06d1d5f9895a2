internal import CMessages

/// A .proto file as reflection gives it out: in compiled form, with what it declares.
///
/// Stands between the tables that `make proto` writes and the service that answers from them.
package struct DescribedFile: Sendable, Hashable {
    /// As imports name it, for example `laneway/v1/laneway.proto`.
    package var name: String
    /// The files it imports itself.
    package var imports: [String]
    /// The full names of the services it declares.
    package var services: [String]
    /// The full names of the messages it declares, nested ones and the entries of maps included.
    package var messages: [String]
    /// The full names of all else it declares: methods, fields, oneofs, enums and their values.
    package var members: [String]
    /// A serialized `google.protobuf.FileDescriptorProto`.
    package var descriptor: [UInt8]

    package init(
        name: String, imports: [String] = [], services: [String] = [], messages: [String] = [],
        members: [String] = [], descriptor: [UInt8] = []
    ) {
        self.name = name
        self.imports = imports
        self.services = services
        self.messages = messages
        self.members = members
        self.descriptor = descriptor
    }

    /// The contract, and what beside it is spoken to the daemon: each file after those it imports.
    package static let all: [DescribedFile] = {
        var files: [DescribedFile] = []
        guard var next = get_described_files() else { return files }
        while next.pointee.name != nil {
            files.append(DescribedFile(next.pointee))
            next += 1
        }
        return files
    }()

    private init(_ c: CMessages.DescribedFile) {
        self.init(
            name: String(cString: c.name), imports: [String](ended: c.imports),
            services: [String](ended: c.services), messages: [String](ended: c.messages),
            members: [String](ended: c.members),
            descriptor: [UInt8](UnsafeBufferPointer(start: c.bytes, count: c.byte_count)))
    }
}

extension [String] {
    /// The texts of an array of C that ends with a null pointer.
    fileprivate init(ended texts: UnsafePointer<UnsafePointer<CChar>?>) {
        self = []
        var next = texts
        while let text = next.pointee {
            append(String(cString: text))
            next += 1
        }
    }
}
