import AsyncHTTPClient
import Clocks
import Foundation
import Lanes
import Logging
import Models
import NIOPosix
import Providers
import Testing
import UpstreamScript

/// A call of nobody in particular.
func someCall() -> Call {
    Call(
        attribution: Attribution(callID: "c1", caller: CallerKey(uid: 1000, callerID: "tests")),
        model: "test/model", arrived: .now, deadline: nil)
}

func prompt(_ text: String) -> ModelRequest {
    ModelRequest(messages: [ModelMessage(role: .user, parts: [.text(text)])])
}

/// All chunks, to the end.
func drain(_ stream: any ChunkStream) async throws -> [Chunk] {
    var chunks: [Chunk] = []
    while let chunk = try await stream.next() { chunks.append(chunk) }
    return chunks
}

func text(_ chunks: [Chunk]) -> String {
    chunks.reduce(into: "") { if case .text(let text) = $1 { $0 += text } }
}

/// What `body` throws, if it is a provider's failure.
func failure(_ body: () async throws -> Void) async throws -> ProviderFailure? {
    do {
        try await body()
        return nil
    } catch let failure as ProviderFailure {
        return failure
    }
}

/// A client shared by all tests; never shut down, as the process ends with them.
let sharedClient = makeUpstreamClient(on: MultiThreadedEventLoopGroup.singleton)

/// The key that must never be seen.
let canaryKey = "canary-key-7f3a9c51"

/// An OpenAI-compatible model whose upstream is `upstream`.
func openAIModel(
    _ upstream: ScriptedUpstream, time: any TimeSource = AlarmlessTime(),
    change: (inout ProviderSettings) -> Void = { _ in }
) throws -> any Model {
    var settings = ProviderSettings(name: "local", kind: .openai)
    settings.baseURL = upstream.address + "/v1"
    settings.apiKey = Secret(canaryKey)
    change(&settings)
    return try settings.model(time: time)
}

/// The bodies as providers sent them, kept outside the repository.
enum Recordings {
    /// `LANEWAY_RECORDINGS`, or `shared/recordings` beside the repository; nil when missing.
    static let folder: URL? = {
        let named = ProcessInfo.processInfo.environment["LANEWAY_RECORDINGS"]
        let root = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder =
            named.map { URL(filePath: $0) }
            ?? root.deletingLastPathComponent().appending(path: "shared/recordings")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static func body(_ name: String) throws -> [UInt8] {
        guard let folder else { return [] }
        return Array(try Data(contentsOf: folder.appending(path: "\(name).body")))
    }
}

extension ProviderSettings {
    /// A model of the provider these settings describe.
    func model(time: any TimeSource = AlarmlessTime()) throws -> any Model {
        let provider = try makeProvider(
            self, client: sharedClient, time: time, logger: Logger(label: "test"))
        return try #require(provider.model(Target(provider: name, model: "m1")))
    }
}
