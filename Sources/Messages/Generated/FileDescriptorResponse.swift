// Written by scripts/proto from grpc/reflection/v1/reflection.proto. Change that, not this.

internal import CMessages

/// Files in their compiled form.
package struct FileDescriptorResponse: Sendable, Hashable {
    /// Each a serialized google.protobuf.FileDescriptorProto: the one that was asked
    /// for first, then what it imports.
    package var fileDescriptorProto: [[UInt8]]

    /// Fields left out are absent, zero or empty.
    package init(fileDescriptorProto: [[UInt8]] = []) {
        self.fileDescriptorProto = fileDescriptorProto
    }
}

extension FileDescriptorResponse: WireMessage {
    package static var fullName: String { "grpc.reflection.v1.FileDescriptorResponse" }

    package init(decoding bytes: UnsafeRawBufferPointer) throws(DecodingFailure) {
        self = try .unpacked(from: bytes)
    }

    package func encode(_ body: (EncodedMessage) -> Void) {
        packed(body)
    }
}

extension FileDescriptorResponse: CBacked {
    static var schema: UnsafePointer<WireSchema> {
        grpc__reflection__v1__file_descriptor_response__get_schema()
    }

    init(_ c: UnsafePointer<Grpc__Reflection__V1__FileDescriptorResponse>) {
        fileDescriptorProto = .init(
            c.pointee.n_file_descriptor_proto, c.pointee.file_descriptor_proto)
    }

    func fill(
        _ c: UnsafeMutablePointer<Grpc__Reflection__V1__FileDescriptorResponse>,
        in arena: inout Arena
    ) {
        (c.pointee.n_file_descriptor_proto, c.pointee.file_descriptor_proto) = arena.store(
            fileDescriptorProto)
    }
}
