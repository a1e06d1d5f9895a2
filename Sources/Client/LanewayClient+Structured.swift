internal import Foundation
public import Messages
internal import RPC

extension LanewayClient {
    /// Runs a call whose answer is a value of a type of yours.
    ///
    /// ```swift
    /// struct Verdict: Decodable { var isSpam: Bool; var why: String }
    /// let verdict = try await client.generate(
    ///     GenerateRequest(model: "fast", messages: [.user(mail)]), as: Verdict.self)
    /// ```
    ///
    /// The daemon holds the answer against the schema, and has the model mend it where it breaks it.
    ///
    /// - Parameter schema: a JSON Schema, as JSON text. Without one it is derived from the type: from
    ///   what its `init(from:)` decodes. That takes types of plain values, optionals, arrays, dictionaries
    ///   by text, enumerations of texts that are `CaseIterable`, and others of these; not ones that
    ///   contain themselves.
    /// - Throws: `CallError`; with the reason OUTPUT_SCHEMA_INVALID and `invalidOutput` when the model
    ///   would not keep to the schema.
    public func generate<Value: Decodable>(
        _ request: GenerateRequest, as type: Value.Type, schema: String? = nil,
        options: CallOptions = CallOptions()
    ) async throws(CallError) -> Value {
        var format = JSONSchema(name: Self.name(of: type))
        if let schema {
            format.schemaJSON = schema
        } else {
            format.schemaJSON = try Self.schema(of: type)
        }
        var asked = request
        asked.responseFormat = ResponseFormat(kind: .jsonSchema, jsonSchema: format)
        let answer = try await generate(asked, options: options)
        do {
            return try JSONDecoder().decode(type, from: Data(answer.text.utf8))
        } catch {
            throw CallError(
                RPCFailure(
                    .internal,
                    "the answer satisfies its schema, but cannot be decoded as \(type): \(error)"))
        }
    }

    private static func schema<Value: Decodable>(of type: Value.Type) throws(CallError) -> String {
        do {
            return try DerivedSchema(of: type).json
        } catch {
            throw CallError(
                RPCFailure(
                    .invalidArgument,
                    "no schema can be derived from \(type): \(error); give one as schema"))
        }
    }

    /// Providers take letters, digits, `_` and `-`, up to 64.
    private static func name(of type: Any.Type) -> String {
        let name = String(describing: type).map {
            $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_"
        }
        return String(name.prefix(64))
    }
}
