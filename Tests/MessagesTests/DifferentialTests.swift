import Foundation
import Messages
import Testing

/// Google's protobuf for Python and Messages read the same bytes alike, accepted or refused.
///
/// Needs `LANEWAY_PYTHON`, a Python with protobuf and grpcio-tools; `make test` provides one.
/// `LANEWAY_SEED` chooses other cases than the usual ones, and `LANEWAY_CASES` says how many.
@Suite(.enabled(if: Python.path != nil, "LANEWAY_PYTHON names no Python; use make test"))
struct DifferentialTests {
    private static let caseCount = 8_000

    @Test func `Python and Swift agree on eight thousand messages, half of them broken`() throws {
        let environment = ProcessInfo.processInfo.environment
        let caseCount = environment["LANEWAY_CASES"].flatMap { Int($0) } ?? Self.caseCount
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }

        let arguments = [
            ProtoFiles.repository.appending(path: "proto").path, folder.path,
            environment["LANEWAY_SEED"] ?? "1", String(caseCount / 2),
        ]
        try Python.run("Tests/differential/corpus.py", ["write"] + arguments)
        let cases = [UInt8](try Data(contentsOf: folder.appending(path: "cases.bin")))
        try Data(answers(to: cases)).write(to: folder.appending(path: "answers.bin"))
        print(try Python.run("Tests/differential/corpus.py", ["check"] + arguments))
    }

    /// What Messages makes of the cases, in the form corpus.py describes.
    private func answers(to cases: [UInt8]) throws -> [UInt8] {
        let samples = Dictionary(uniqueKeysWithValues: Samples.all.map { ($0.fullName, $0) })
        var rest = cases[...]
        var out: [UInt8] = []
        while !rest.isEmpty {
            let name = String(decoding: takeBlock(&rest), as: UTF8.self)
            let bytes = takeBlock(&rest)
            let recoded = try #require(samples[name]).recoded
            do throws(DecodingFailure) {
                out += [1] + block(try recoded(bytes))
            } catch {
                out += [0] + block([UInt8](error.description.utf8))
            }
        }
        return out
    }

    private func takeBlock(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        defer { rest = rest.dropFirst(4 + count) }
        return [UInt8](rest.dropFirst(4).prefix(count))
    }

    private func block(_ bytes: [UInt8]) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
    }
}

/// The Python the checks use.
enum Python {
    static let path = ProcessInfo.processInfo.environment["LANEWAY_PYTHON"]

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a script of the repository, waits for its end, and gives what it printed.
    ///
    /// - Throws: `Failure` with what it printed, unless it exits with 0.
    @discardableResult static func run(_ script: String, _ arguments: [String]) throws -> String {
        let python = Process()
        let output = Pipe()
        python.executableURL = URL(filePath: try #require(path))
        python.arguments = [ProtoFiles.repository.appending(path: script).path] + arguments
        python.standardOutput = output
        python.standardError = output
        try python.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        let printed = String(decoding: data.prefix(20_000), as: UTF8.self)
        python.waitUntilExit()
        guard python.terminationStatus == 0 else { throw Failure(description: printed) }
        return printed
    }
}
