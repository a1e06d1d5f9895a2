import Foundation
import HandFrames

/// Where good inputs come from: the repository's documents, and what lies beside its build.
struct SeedSources: Sendable {
    /// The repository.
    let root: URL
    /// Where the inputs are written; what was made beforehand lies there.
    let folder: URL

    /// What the client says in the hex transcripts of docs/protocol.md, all its turns together.
    func transcripts() throws -> [[UInt8]] {
        try blocks("hex", of: "docs/protocol.md").map { block in
            var isClient = false
            return block.split(separator: "\n").flatMap { line -> [UInt8] in
                if let sign = line.first, "<>".contains(sign) { isClient = sign == ">" }
                let digits = line.drop { "<>".contains($0) }.prefix { $0 != "#" }
                return isClient ? hex(String(digits)) : []
            }
        }
    }

    /// Those that are ttrpc.
    func ttrpc() throws -> [[UInt8]] { try transcripts().filter { $0.first == 0 } }

    /// Those that are HTTP/2.
    func http2() throws -> [[UInt8]] { try transcripts().filter { $0.first != 0 } }

    /// The blocks of code in one language in a document.
    func blocks(_ language: String, of path: String) throws -> [String] {
        try text(of: path).components(separatedBy: "```\(language)\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
    }

    func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The texts of several lines that stand in the sources of a folder.
    func literals(of folder: String) throws -> [String] {
        let place = root.appending(path: folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: place.path).sorted()
        return try names.filter { $0.hasSuffix(".swift") }.flatMap { name in
            // What stands between the marks is by turns outside and inside.
            let parts = try text(of: "\(folder)/\(name)").components(separatedBy: "\"\"\"")
            return parts.enumerated().filter { $0.offset % 2 == 1 }.map { unindented($0.element) }
        }
    }

    /// Without the indentation of the line that the closing mark stands on.
    private func unindented(_ literal: String) -> String {
        let lines = literal.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        let indentation = lines.last?.count ?? 0
        return lines.dropLast().map { $0.dropFirst(indentation) + "\n" }.joined()
    }

    /// What was made beforehand under that name; nil where nothing was.
    func made(_ name: String) -> [UInt8]? {
        (try? Data(contentsOf: folder.appending(path: name))).map(Array.init)
    }

    /// What providers have answered, where there are recordings (`LANEWAY_RECORDINGS`, or
    /// `shared/recordings` beside the repository) or `scripts/cassettes` has made some: those whose
    /// names begin with one of these, and that are short enough to be worth changing.
    func recordings(_ prefixes: [String]) -> [[UInt8]] {
        let named = ProcessInfo.processInfo.environment["LANEWAY_RECORDINGS"]
        let beside = root.deletingLastPathComponent().appending(path: "shared/recordings")
        let folders = [
            named.map { URL(filePath: $0) } ?? beside, root.appending(path: ".build/cassettes"),
        ]
        return folders.flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.sorted().filter { name in
                name.hasSuffix(".body") && prefixes.contains { name.hasPrefix($0) }
            }.compactMap { try? Data(contentsOf: folder.appending(path: $0)) }
        }.filter { $0.count <= 8_000 }.map(Array.init)
    }
}
