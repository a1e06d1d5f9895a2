import CMessages
import Glibc

@testable import Messages

/// The message of the conformance tests, by tables that were made for it after this program was:
/// `scripts/conformance` compiles them to a library of their own.
struct Tables {
    static let message = "protobuf_test_messages.proto3.TestAllTypesProto3"
    private static let symbol = "protobuf_test_messages__proto3__test_all_types_proto3__schema"

    private let schema: UnsafePointer<WireSchema>

    init(path: String) {
        guard let library = dlopen(path, RTLD_NOW), let found = dlsym(library, Self.symbol) else {
            preconditionFailure("\(path) has no tables: \(String(cString: dlerror()))")
        }
        schema = UnsafeRawPointer(found).assumingMemoryBound(to: WireSchema.self)
    }

    /// Decodes as every message is decoded, up to where a Swift value is made of the struct; and
    /// encodes the struct.
    func recoded(_ bytes: [UInt8]) throws(DecodingFailure) -> [UInt8] {
        try bytes.span.bytes.withUnsafeBytes { buffer throws(DecodingFailure) in
            try Unpacking.unpack(buffer, as: schema) { c in
                c.assumingMemoryBound(to: ProtobufCMessage.self).forgetUnknownFields()
                return encoded(c)
            }
        }
    }

    private func encoded(_ c: UnsafeRawPointer) -> [UInt8] {
        let message = EncodedMessage(c)
        return [UInt8](unsafeUninitializedCapacity: message.count) { buffer, count in
            message.write(to: UnsafeMutableRawBufferPointer(buffer))
            count = message.count
        }
    }
}

/// What becomes of a struct when a Swift value is made of it: only what the schema names is left.
extension UnsafePointer<ProtobufCMessage> {
    fileprivate func forgetUnknownFields() {
        UnsafeMutablePointer(mutating: self).pointee.n_unknown_fields = 0
        let descriptor = pointee.descriptor.pointee
        let fields = UnsafeBufferPointer(start: descriptor.fields, count: Int(descriptor.n_fields))
        for field in fields where field.type == PROTOBUF_C_TYPE_MESSAGE {
            for message in messages(of: field) { message.forgetUnknownFields() }
        }
    }

    private func messages(of field: ProtobufCFieldDescriptor) -> [Self] {
        let raw = UnsafeRawPointer(self)
        let place = raw + Int(field.offset)
        if field.label == PROTOBUF_C_LABEL_REPEATED {
            let count = raw.load(fromByteOffset: Int(field.quantifier_offset), as: Int.self)
            let row = place.load(as: UnsafePointer<Self?>?.self)
            return UnsafeBufferPointer(start: row, count: count).compactMap { $0 }
        }
        // The members of a oneof share their place; the quantifier says whose it is.
        if field.flags & UInt32(PROTOBUF_C_FIELD_FLAG_ONEOF.rawValue) != 0,
            raw.load(fromByteOffset: Int(field.quantifier_offset), as: UInt32.self) != field.id
        {
            return []
        }
        return [place.load(as: Self?.self)].compactMap { $0 }
    }
}
