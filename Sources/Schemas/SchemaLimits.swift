internal import CValijson

/// What a schema and the texts that are held against it may measure.
package struct SchemaLimits: Sendable {
    package let schemaBytesMax: Int
    package let textBytesMax: Int
    /// Nesting of either, in JSON values.
    package let depthMax: Int
    package let schemaValuesMax: Int
    package let textValuesMax: Int
    /// Schemas inside a schema that its root leads to.
    package let subschemasMax: Int
    package let patternsMax: Int
    /// Schemas that one value may have to be held against.
    package let fanOutMax: Int
    /// Steps that one check may take. A million take some tenths of a second.
    package let stepsMax: Int
    package let problemsMax: Int

    init(_ limits: cvalijson_limits) {
        schemaBytesMax = limits.schema_bytes_max
        textBytesMax = limits.instance_bytes_max
        depthMax = limits.depth_max
        schemaValuesMax = limits.schema_values_max
        textValuesMax = limits.instance_values_max
        subschemasMax = limits.subschemas_max
        patternsMax = limits.patterns_max
        fanOutMax = limits.fan_out_max
        stepsMax = Int(limits.steps_max)
        problemsMax = limits.problems_max
    }
}
