internal import ArgumentParser
internal import Foundation
internal import Messages

/// The schema that `--schema` names.
enum SchemaFile {
    static func format(_ path: String) throws -> ResponseFormat {
        let text: String
        do {
            text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        } catch {
            throw ValidationError("--schema \(path) cannot be read: \(error.localizedDescription)")
        }
        return ResponseFormat(
            kind: .jsonSchema, jsonSchema: JSONSchema(name: "answer", schemaJSON: text))
    }
}
