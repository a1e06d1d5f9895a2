import HandFrames
import NIOCore
import Testing

@testable import Wire

/// nghttp2 may find no memory, at any allocation of a connection's life.
@Suite struct SessionMemoryTests {
    private static let ok = HeaderTable([":status": "200", "content-type": "application/grpc"])
    private static let done = HeaderTable(["grpc-status": "0"])

    /// Calls that begin and end in every way, each piece as its own read: whole ones, with trailers of
    /// both makes, one that the client resets, one that is answered early, windows, pings, a GOAWAY.
    private static let reads: [[UInt8]] = {
        let block = Frames.requestBlock("/long", fields: [("x", String(repeating: "z", count: 90))])
        // With incremental indexing (RFC 7541, section 6.2.1): it goes into the table.
        let indexed = [0x40] + Frames.literals([("x-kept", "for the next")]).dropFirst()
        let body = Frames.data(7, [UInt8](repeating: 6, count: 9_000))
        return [
            Frames.opening, Frames.request(1), Frames.data(1, framed([1, 2, 3])),
            Frames.data(1, framed([4]), end: true),
            Frames.frame(1, 0, 3, Array(block[..<70])),
            Frames.frame(9, Frames.endHeaders, 3, Array(block[70...])), Frames.reset(3, 8),
            Frames.frame(1, Frames.endHeaders, 5, Frames.requestBlock() + indexed),
            Frames.windowUpdate(5, 1_000), Frames.data(5, framed([5]), end: true),
            Frames.request(7), Frames.request(9, end: true), body, body,
            Frames.windowUpdate(0, 100_000), Frames.data(7, [8], end: true),
            Frames.frame(6, 0, 0, hex("0102030405060708")),
            Frames.frame(7, 0, 0, hex("00000000 00000000")),
        ]
    }()

    private func server(_ trial: MemoryTrial? = nil) throws -> ScriptedServer {
        var settings = HTTP2Settings()
        settings.memoryTrial = trial
        // Small, so that they are opened again.
        settings.streamWindowBytes = 16_384
        settings.connectionWindowBytes = 66_000
        let server = try ScriptedServer(settings)
        server.onRequest = { stream in
            stream.sendHeaders(Self.ok)
            stream.write { $0.writeBytes([UInt8](repeating: 7, count: 20_000)) }
        }
        server.onEnd = { stream in
            if stream.id % 4 == 1 { return stream.finish(Self.done) }
            var trailers = HeaderBlock()
            trailers.append(name: "grpc-status", value: "0")
            trailers.append(name: "grpc-message", value: "as long as it takes to be copied")
            stream.finish(trailers)
        }
        return server
    }

    /// What was seen of one connection's life.
    private struct Life {
        var events: [String] = []
        var failure: ConnectionFailure?
        var frames: [SentFrame] = []

        /// How it came to its end: with a failure, or where only what is to be sent could not be packed,
        /// with a GOAWAY of nghttp2's own; nil for no fault.
        var end: String? {
            if let failure { return failure.description }
            let code = HTTP2ErrorCode.internalError.rawValue
            return frames.contains { $0.kind == .goAway && $0.code == code } ? "GOAWAY" : nil
        }
    }

    private func live(_ trial: MemoryTrial) throws -> Life {
        var life = Life()
        do {
            let server = try server(trial)
            for read in Self.reads { server.receive(read) }
            server.session.goAway()
            server.receive([])
            server.session.connectionLost()
            life.events = server.events
            life.failure = server.failure
            life.frames = server.takeFrames()
        } catch let failure as ConnectionFailure {
            life.failure = failure
        }
        return life
    }

    @Test(arguments: [false, true])
    func `a failed allocation, whichever it is, ends the connection and nothing else`(
        andAllAfter: Bool
    ) throws {
        let half = Self.reads.count / 2
        let other = try server()
        for read in Self.reads[..<half] { other.receive(read) }
        let plenty = MemoryTrial(refusing: 0..<0)
        let whole = try live(plenty)
        #expect(whole.end == nil)
        #expect(plenty.allocations > 100)
        for place in 0..<plenty.allocations {
            let trial = MemoryTrial(refusing: place..<(andAllAfter ? .max : place + 1))
            let life = try live(trial)
            #expect(["HTTP/2: Out of memory", "GOAWAY"].contains(life.end), "allocation \(place)")
            #expect(trial.pieces == 0, "allocation \(place)")
            #expect(life.events.areBeginning(of: whole.events), "allocation \(place)")
            #expect(life.events.closeEachOnce, "allocation \(place): \(life.events)")
        }
        for read in Self.reads[half...] { other.receive(read) }
        other.session.goAway()
        other.receive([])
        other.session.connectionLost()
        #expect(other.events == whole.events)
    }
}

extension [String] {
    /// Whether this is what was told first, up to where the connection ended; then streams are closed
    /// in any order.
    fileprivate func areBeginning(of whole: [String]) -> Bool {
        let told = filter { !$0.hasPrefix("closed") }
        let all = whole.filter { !$0.hasPrefix("closed") }
        guard let last = told.last else { return true }
        return told.count <= all.count && told.dropLast().elementsEqual(all.prefix(told.count - 1))
            && all[told.count - 1].hasPrefix(last)
    }

    /// Whether each stream that was announced was closed, and once.
    fileprivate var closeEachOnce: Bool {
        func streams(_ word: String) -> [Substring] {
            filter { $0.hasPrefix(word) }.map { $0.split(separator: " ")[1] }.sorted()
        }
        return streams("request ") == streams("closed ")
    }
}
