/// One thing wrong with the configuration, and where. Its description is one line for a person.
package struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file as it was named; empty for what comes from the environment.
    package let file: String
    /// From 1; nil when the whole file is meant.
    package let line: Int?
    package let column: Int?
    package let message: String

    package var description: String {
        guard !file.isEmpty else { return message }
        guard let line, let column else { return "\(file): \(message)" }
        return "\(file):\(line):\(column): \(message)"
    }
}

/// All that is wrong with the configuration, in the order of the file, at least one.
package struct ConfigurationErrors: Error, Sendable, Hashable, CustomStringConvertible {
    package let errors: [ConfigurationError]

    /// One error per line.
    package var description: String {
        errors.map(\.description).joined(separator: "\n")
    }
}
