internal import Models
internal import Schemas

/// Holds answers against schemas with valijson: what `Models` asks for, by what `Schemas` has.
struct ValijsonCompiler: SchemaCompiler {
    func compile(_ schema: String) throws(Models.SchemaRefused) -> any OutputSchema {
        do {
            return CompiledOutputSchema(schema: try Schemas.JSONSchema(schema))
        } catch {
            throw Models.SchemaRefused(error.reason)
        }
    }
}

private struct CompiledOutputSchema: OutputSchema {
    let schema: Schemas.JSONSchema

    func problems(in json: String) -> [String] { schema.problems(in: json) }
}
