/// Why bytes were not taken for a message.
package enum DecodingFailure: Error, Sendable, Hashable {
    /// The bytes break protobuf's wire format. `message` is the message they break in, `byte` the
    /// place in the whole.
    case malformed(Fault, message: String, byte: Int)
    /// Text that is not UTF-8. `field` is the full name of the field, `byte` the place in its text.
    case notUTF8(field: String, byte: Int)
    /// More fields, counted over all messages in it, than any honest message has.
    case tooManyFields(max: Int)
    /// Messages that hold each other deeper than any decoder has to follow.
    case tooDeep(max: Int)
    /// Its structs take more memory than a message of its size may.
    case overBudget(bytesMax: Int)
    /// libprotobuf-c refused what the scan before it had passed.
    case refused(message: String)

    /// How the wire format is broken.
    package enum Fault: String, Error, Sendable, Hashable {
        case truncated = "is cut short"
        case varintTooLong = "has a varint of more than 10 bytes"
        case badTag = "has a field number outside 1 to 536,870,911"
        case badLength = "has a length of more than 5 bytes"
        case badPackedLength = "has packed numbers that end in the middle of one"
        case badWireType = "has a field of no known wire type"
        case group = "has a group, which proto3 does not"
    }
}

extension DecodingFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let fault, let message, let byte):
            "\(message) \(fault.rawValue) (byte \(byte))"
        case .notUTF8(let field, let byte):
            "\(field) is not valid UTF-8 (byte \(byte))"
        case .tooManyFields(let max):
            "the message has more than \(max) fields; send fewer, or split the call"
        case .tooDeep(let max):
            "the message has messages inside each other more than \(max) deep; nest fewer"
        case .overBudget(let bytesMax):
            "the message takes more than \(bytesMax) bytes to read; send fewer small fields"
        case .refused(let message):
            "\(message) could not be read"
        }
    }
}
