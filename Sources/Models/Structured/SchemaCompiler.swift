/// Makes validators of JSON Schemas. Schemas come from callers: what is given to it may be hostile.
package protocol SchemaCompiler: Sendable {
    /// - Throws: `SchemaRefused` for a schema that cannot be read, or that would cost too much.
    func compile(_ schema: String) throws(SchemaRefused) -> any OutputSchema
}

/// A schema that answers are held against.
package protocol OutputSchema: Sendable {
    /// What is wrong with the text, in words that the model can mend it by; empty when it satisfies
    /// the schema.
    func problems(in json: String) -> [String]
}

/// A schema that cannot be used, and why.
package struct SchemaRefused: Error, Sendable, Hashable {
    package var message: String

    package init(_ message: String) {
        self.message = message
    }
}
