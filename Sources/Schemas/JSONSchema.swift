internal import CValijson

/// A JSON Schema of draft 7 that texts can be held against. Schemas come from callers and texts
/// from models, and neither is trusted: what would crash or run long is refused.
///
/// Patterns are matched in linear time (RE2). `$ref` leads to places of the same schema; nothing is
/// fetched. Of formats, `date`, `time` and `date-time` are checked. Keywords of later drafts that
/// would change the verdict are refused; others that nobody knows are ignored, as draft 7 has it.
// Sendable by hand: a compiled schema never changes, and any number of threads may read it.
package final class JSONSchema: @unchecked Sendable {
    /// What a schema and a text may measure.
    package static var limits: SchemaLimits { SchemaLimits(cvalijson_limits_in_force) }

    private let compiled: OpaquePointer

    /// Compiles a schema. It takes milliseconds, some tens of them if a schema is as large as may
    /// be, and blocks: not for an event loop.
    package init(_ text: String) throws(SchemaRefused) {
        var text = text
        var reason: UnsafeMutablePointer<CChar>?
        let compiled = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                cvalijson_compile($0.baseAddress, $0.count, &reason)
            }
        }
        guard let compiled else {
            throw SchemaRefused(reason: Self.take(reason) ?? "no reason was given")
        }
        self.compiled = compiled
    }

    deinit {
        cvalijson_free(compiled)
    }

    /// What is wrong with `text`, a few lines at most; empty if it fits. A line is a place (a JSON
    /// pointer, RFC 6901) and what is wrong there. A text that is not JSON, or is too large or too
    /// costly to check, does not fit. The costliest text takes about a second, and blocks.
    package func problems(in text: String) -> [String] {
        var text = text
        let found = text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
                cvalijson_validate(compiled, $0.baseAddress, $0.count)
            }
        }
        guard let found = Self.take(found) else { return [] }
        return found.split(separator: "\n").map(String.init)
    }

    /// The text, freed where it came from.
    private static func take(_ text: UnsafeMutablePointer<CChar>?) -> String? {
        guard let text else { return nil }
        defer { cvalijson_free_text(text) }
        return String(cString: text)
    }
}

/// Why a schema is not taken: what is wrong, where, the measure and the limit.
package struct SchemaRefused: Error, Equatable, CustomStringConvertible {
    package let reason: String

    package var description: String { "the schema is refused: \(reason)" }
}
