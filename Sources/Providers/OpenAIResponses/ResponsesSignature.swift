/// What a reasoning item must be sent back with, as the one opaque text that callers keep of it:
/// its id, a line end, and the reasoning itself as the service encrypted it.
struct ResponsesSignature: Hashable {
    var id: String
    var encrypted: String

    init(id: String, encrypted: String) {
        self.id = id
        self.encrypted = encrypted
    }

    /// - Returns: nil for what is none, such as the signature of another provider: a conversation may
    ///   have gone on elsewhere in between.
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self),
            let lineEnd = text.firstIndex(of: "\n")
        else { return nil }
        id = String(text[..<lineEnd])
        encrypted = String(text[text.index(after: lineEnd)...])
        if id.isEmpty || encrypted.isEmpty { return nil }
    }

    var bytes: [UInt8] { Array("\(id)\n\(encrypted)".utf8) }
}
