import Foundation
import Models
import Testing

@testable import Providers

/// One genuine answer of a provider, and what another reader than ours has found in it.
struct Cassette: Sendable, CustomTestStringConvertible {
    enum Kind: String, Sendable, Decodable { case chat, messages, ollama, responses }

    /// What `scripts/cassettes` says of it.
    struct About: Sendable, Decodable {
        var kind: Kind
        var streams: Bool
        /// nil for what is no answer, or is not whole.
        var expected: Reading?
    }

    let name: String
    let about: About

    var testDescription: String { name }

    func body() throws -> [UInt8] {
        let folder = try #require(Self.folder)
        return Array(try Data(contentsOf: folder.appending(path: "\(name).body")))
    }

    /// `LANEWAY_CASSETTES`, or `.build/cassettes`; nil when missing.
    static let folder: URL? = {
        let named = ProcessInfo.processInfo.environment["LANEWAY_CASSETTES"]
        let root = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder = named.map { URL(filePath: $0) } ?? root.appending(path: ".build/cassettes")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    /// In order of the alphabet.
    static let names: [String] = {
        guard let folder else { return [] }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }()

    /// Every one that can be read: a test compares their number with that of the names.
    static let all: [Cassette] = names.compactMap { name in
        guard let file = folder?.appending(path: "\(name).json"),
            let data = try? Data(contentsOf: file),
            let about = try? JSONDecoder().decode(About.self, from: data)
        else { return nil }
        return Cassette(name: name, about: about)
    }
}

/// What an answer says, whole or streamed, without the pieces it came in.
struct Reading: Sendable, Hashable, Decodable {
    struct ToolCall: Sendable, Hashable, Decodable {
        var name: String
        var arguments: String
    }

    struct Tokens: Sendable, Hashable, Decodable {
        var input: Int
        var output: Int
        var cached: Int
    }

    var text = ""
    var toolCalls: [ToolCall] = []
    var reasoning = ""
    var finishReason = ""
    /// nil where the provider counted none.
    var usage: Tokens?

    private enum CodingKeys: String, CodingKey {
        case text, reasoning, usage
        case toolCalls = "tool_calls"
        case finishReason = "finish_reason"
    }

    /// - Throws: when a call goes on that has not begun.
    init(_ chunks: [Chunk]) throws {
        for chunk in chunks {
            switch chunk {
            case .text(let piece): text += piece
            case .reasoning(let piece, _): reasoning += piece
            case .toolCall(let index, _, let name, let arguments):
                if index == toolCalls.count { toolCalls.append(ToolCall(name: "", arguments: "")) }
                try #require(toolCalls.indices.contains(index))
                toolCalls[index].name += name
                toolCalls[index].arguments += arguments
            case .finish(let reason, let counted):
                finishReason = reason.rawValue
                usage = Tokens(counted)
            }
        }
    }

    init(_ answer: WholeAnswer) {
        for part in answer.parts {
            switch part {
            case .text(let piece): text += piece
            case .reasoning(let piece, _): reasoning += piece
            case .toolCall(_, let name, let arguments):
                toolCalls.append(ToolCall(name: name, arguments: arguments))
            case .image, .toolResult: break
            }
        }
        finishReason = answer.finishReason.rawValue
        usage = answer.usage.flatMap { Tokens($0) }
    }

    /// The same with arguments whose spaces and order of members do not matter.
    func withPlainArguments() throws -> Reading {
        var plain = self
        for index in toolCalls.indices {
            let value = try JSONSerialization.jsonObject(
                with: Data(toolCalls[index].arguments.utf8), options: .fragmentsAllowed)
            let data = try JSONSerialization.data(
                withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed])
            plain.toolCalls[index].arguments = String(decoding: data, as: UTF8.self)
        }
        return plain
    }
}

extension Reading.Tokens {
    fileprivate init?(_ usage: Usage) {
        if usage.estimated { return nil }
        self.init(
            input: usage.inputTokens, output: usage.outputTokens, cached: usage.cacheReadTokens)
    }
}
