import Foundation

/// What the .proto files themselves say, read plainly, to hold the tests to.
enum ProtoFiles {
    static let repository = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The numbers of the fields of every message, by the message's full name.
    static func fieldNumbers() throws -> [String: Set<Int>] {
        try ["proto", "scripts/protogen/wellknown"].reduce(into: [:]) { all, folder in
            for text in try texts(under: repository.appending(path: folder)) {
                all.merge(fieldNumbers(in: text)) { first, _ in first }
            }
        }
    }

    private static func texts(under folder: URL) throws -> [String] {
        let folder = folder.resolvingSymlinksInPath()
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try paths.filter { $0.hasSuffix(".proto") }.sorted().map {
            try String(contentsOf: folder.appending(path: $0), encoding: .utf8)
        }
    }

    private static func fieldNumbers(in text: String) -> [String: Set<Int>] {
        var package = ""
        var message: String?
        var enclosing: [String] = []
        var out: [String: Set<Int>] = [:]
        for line in text.split(separator: "\n").map({ $0.trimmingPrefix(while: { $0 == " " }) }) {
            if line.hasPrefix("//") { continue }
            if let name = line.firstMatch(of: /^package ([\w.]+);/)?.1 { package = String(name) }
            if let (_, kind, name) = line.firstMatch(of: /^(\w+) (\w+) \{/)?.output {
                enclosing.append(String(kind))
                if kind == "message" {
                    message = "\(package).\(name)"
                    out[message ?? ""] = []
                }
            }
            if let number = line.firstMatch(of: /\ = (\d+);/)?.1, enclosing.last != "enum" {
                if let message, let number = Int(number) { out[message]?.insert(number) }
            }
            if line.hasSuffix("}") { _ = enclosing.popLast() }
        }
        return out
    }
}
