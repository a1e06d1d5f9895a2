internal import Yams

/// A value of the file, where it stands, and where to report what is wrong with it. Every reader
/// returns nil after it has reported.
struct ConfigurationValue {
    let node: Node
    /// As a person would name it: `lanes.gpu.concurrency`; empty for the whole file.
    let path: String
    let findings: Findings

    struct Entry {
        let name: String
        let mark: Mark?
        let value: ConfigurationValue
    }

    func fail(_ message: String) {
        findings.report(path.isEmpty ? message : "\(path) \(message)", at: node.mark)
    }

    /// Nothing after the colon, `~` or `null`.
    var isNull: Bool {
        guard case .scalar(let scalar) = node, scalar.style == .plain else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }

    /// Exactly this was written, in quotes or not.
    func isWord(_ word: String) -> Bool {
        guard case .scalar(let scalar) = node else { return false }
        return scalar.string == word
    }

    /// A mapping's entries in the order of the file. An empty section is a section without keys:
    /// it is what is left when all its lines are commented out.
    var entries: [Entry] {
        if isNull { return [] }
        guard case .mapping(let mapping) = node else {
            fail("\(shape) where keys with values belong")
            return []
        }
        return mapping.compactMap { key, value in
            guard case .scalar(let name) = key else {
                findings.report("a key must be a word", at: key.mark)
                return nil
            }
            let parent = path.isEmpty ? "" : path + "."
            let child = quoted(name.string).dropFirst().dropLast()
            return Entry(
                name: name.string, mark: key.mark,
                value: ConfigurationValue(node: value, path: parent + child, findings: findings))
        }
    }

    /// A list's elements.
    var elements: [ConfigurationValue]? {
        guard case .sequence(let sequence) = node else {
            fail("\(shape) where a list such as [a, b] belongs")
            return nil
        }
        return sequence.map { ConfigurationValue(node: $0, path: path, findings: findings) }
    }

    /// The elements of a list of sections, each under its number: `callers[0]`.
    var numberedElements: [ConfigurationValue] {
        if isNull { return [] }
        return (elements ?? []).enumerated().map { number, element in
            ConfigurationValue(
                node: element.node, path: "\(path)[\(number)]", findings: findings)
        }
    }

    /// What was written, in quotes or not.
    var text: String? {
        if isNull {
            fail("has no value; write one or take the key out")
            return nil
        }
        guard case .scalar(let scalar) = node else {
            fail("\(shape) where one value belongs")
            return nil
        }
        return scalar.string
    }

    private var shape: String {
        switch node {
        case .scalar(let scalar): "has the value \(quoted(scalar.string))"
        case .mapping: "has keys"
        case .sequence: "has a list"
        case .alias: "has an alias"
        }
    }
}
