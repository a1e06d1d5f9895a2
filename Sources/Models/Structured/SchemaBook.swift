import Synchronization

/// The schemas that calls ask for, compiled once for as long as they are in use.
package final class SchemaBook: Sendable {
    private struct Book {
        var schemas: [String: any OutputSchema] = [:]
        var bytes = 0
    }

    // Programs send the same few schemas again and again. Over a bound all are forgotten: those in
    // use are back at their next call.
    private static let countMax = 256
    private static let bytesMax = 8 << 20

    private let compiler: any SchemaCompiler
    private let book = Mutex(Book())

    package init(_ compiler: any SchemaCompiler) {
        self.compiler = compiler
    }

    /// What the request's answer has to satisfy; nil for free text.
    func schema(of request: ModelRequest) async throws(SchemaRefused) -> (any OutputSchema)? {
        switch request.responseFormat {
        case .text: nil
        case .jsonObject: try await compiled(#"{"type":"object"}"#)
        case .jsonSchema(_, let text, _): try await compiled(text)
        }
    }

    /// - Throws: BAD_REQUEST for a schema that cannot be used.
    func check(_ request: ModelRequest) async throws(Refusal) {
        do {
            _ = try await schema(of: request)
        } catch {
            throw .bad("response_format has a schema that cannot be used: \(error.message)")
        }
    }

    private func compiled(_ text: String) async throws(SchemaRefused) -> any OutputSchema {
        if let known = book.withLock({ $0.schemas[text] }) { return known }
        let made = try await offTheLoop { [compiler] in
            Result { () throws(SchemaRefused) in try compiler.compile(text) }
        }.get()
        book.withLock { book in
            let bytes = text.utf8.count
            if book.schemas.count >= Self.countMax || book.bytes + bytes > Self.bytesMax {
                book = Book()
            }
            if book.schemas.updateValue(made, forKey: text) == nil { book.bytes += bytes }
        }
        return made
    }
}

/// Runs what may take a while where no event loop waits for it: schemas and what is held against them
/// come from others.
func offTheLoop<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    // A child task would stay on its parent's event loop.
    await Task.detached { work() }.value
}
