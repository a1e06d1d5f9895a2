@testable import Messages

/// The runner's requests and what is answered, as conformance.proto has them.
struct Conformance {
    private enum RequestField {
        static let protobufPayload: UInt32 = 1
        static let otherPayloads: Set<UInt32> = [2, 7, 8]
        static let outputFormat: UInt32 = 3
        static let messageType: UInt32 = 4
    }

    private enum ResponseField {
        static let parseError: UInt8 = 1
        static let protobufPayload: UInt8 = 3
        static let skipped: UInt8 = 5
    }

    let tables: Tables

    func answer(to request: [UInt8]) -> [UInt8] {
        var payload: [UInt8]? = []
        var messageType = ""
        var wantsProtobuf = false
        request.withUnsafeBytes { buffer in
            var reader = FieldReader(buffer)
            while let field = try? reader.next() {
                switch field.number {
                case RequestField.protobufPayload: payload = [UInt8](field.payload)
                case RequestField.outputFormat: wantsProtobuf = field.whole.last == 1
                case RequestField.messageType:
                    messageType = String(decoding: field.payload, as: UTF8.self)
                case let number where RequestField.otherPayloads.contains(number): payload = nil
                default: break
                }
            }
        }
        // Asked first of all: which failures the program knows of. None but those in the list.
        if messageType == "conformance.FailureSet" {
            return field(ResponseField.protobufPayload, [])
        }
        guard messageType == Tables.message, wantsProtobuf, let payload else {
            return field(ResponseField.skipped, [UInt8]("binary proto3 only".utf8))
        }
        return recoded(payload)
    }

    private func recoded(_ payload: [UInt8]) -> [UInt8] {
        do throws(DecodingFailure) {
            return field(ResponseField.protobufPayload, try tables.recoded(payload))
        } catch {
            return field(ResponseField.parseError, [UInt8](error.description.utf8))
        }
    }

    private func field(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] {
        var out = [number << 3 | 2]
        var rest = payload.count
        while rest >= 0x80 {
            out.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return out + [UInt8(rest)] + payload
    }
}
