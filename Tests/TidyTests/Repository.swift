import Foundation

/// The repository these tests are about, found from where this file lies.
enum Repository {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct File: Sendable {
        /// From the root: `Sources/Lanes/Lane.swift`.
        let path: String
        let text: String

        var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    }

    static func file(_ path: String) throws -> File {
        let url = root.appending(path: path)
        return File(path: path, text: try String(contentsOf: url, encoding: .utf8))
    }

    /// All files below a folder with one of these endings, sorted by path.
    static func files(below folder: String, endings: Set<String> = ["swift"]) throws -> [File] {
        let start = root.appending(path: folder)
        let found = FileManager.default.enumerator(
            at: start, includingPropertiesForKeys: nil, options: .skipsHiddenFiles)
        var paths: [String] = []
        while let url = found?.nextObject() as? URL {
            guard endings.contains(url.pathExtension) else { continue }
            paths.append(String(url.path().dropFirst(root.path().count)))
        }
        return try paths.sorted().map { try file($0) }
    }

    /// The names of the folders right below a folder.
    static func folders(in folder: String) throws -> [String] {
        let start = root.appending(path: folder)
        let entries = try FileManager.default.contentsOfDirectory(
            at: start, includingPropertiesForKeys: [.isDirectoryKey])
        return try entries.filter {
            try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
        }.map(\.lastPathComponent).sorted()
    }
}
