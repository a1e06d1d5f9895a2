internal import Yams

/// Collects what is wrong while the file is read, so that one run shows all of it.
final class Findings {
    /// Past this many a person fixes what is shown and runs again.
    static let errorsMax = 100

    let file: String
    private(set) var errors: [ConfigurationError] = []
    private var errorsLeftOut = 0

    init(file: String) {
        self.file = file
    }

    /// The message is not made when it would not be kept: a hostile file can have many.
    func report(_ message: @autoclosure () -> String, at mark: Mark? = nil) {
        guard errors.count < Self.errorsMax else {
            errorsLeftOut += 1
            return
        }
        errors.append(
            ConfigurationError(
                file: file, line: mark?.line, column: mark?.column, message: message()))
    }

    /// - Throws: all that was reported, when anything was.
    func throwIfAny() throws(ConfigurationErrors) {
        if errors.isEmpty { return }
        var sorted = errors.sorted {
            ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0)
        }
        if errorsLeftOut > 0 {
            let message = "and \(errorsLeftOut) more errors; mend these first"
            sorted.append(
                ConfigurationError(file: file, line: nil, column: nil, message: message))
        }
        throw ConfigurationErrors(errors: sorted)
    }
}

/// Text from the file as it may be printed: bounded, on one line, in quotes.
func quoted(_ text: String) -> String {
    if text.utf8.count <= 64, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) {
        return "\"\(text)\""
    }
    let shown = text.prefix(64).map { $0.isNewline || $0.isControl ? "?" : String($0) }.joined()
    return "\"\(shown)\(text.count > 64 ? "…" : "")\""
}

extension Character {
    var isControl: Bool {
        unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
