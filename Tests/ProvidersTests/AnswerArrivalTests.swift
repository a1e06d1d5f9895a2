import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import Providers

/// What has come of an answer, without a client that brings it.
struct AnswerArrivalTests {
    private struct Broken: Error, Equatable {}

    private static let loop = MultiThreadedEventLoopGroup.singleton.any()
    private var arrival = AnswerArrival()

    private mutating func arrive(_ text: String) -> EventLoopPromise<Void>? {
        arrival.partArrived(ByteBuffer(string: text)) { Self.loop.makePromise() }.room
    }

    private mutating func take() -> (text: String, room: EventLoopPromise<Void>?) {
        let (found, room) = arrival.takePart()
        switch found {
        case .part(let part): return (String(buffer: part), room)
        case .ended: return ("ended", room)
        case .failed(let error): return ("\(error)", room)
        case .nothing: return ("nothing", room)
        }
    }

    @Test mutating func `the head is given out once`() throws {
        #expect(try arrival.takeHead() == nil)
        let head = HTTPResponseHead(version: .http1_1, status: .accepted)
        _ = arrival.headArrived(head)
        #expect(try arrival.takeHead() == head)
        #expect(try arrival.takeHead() == nil)
    }

    @Test mutating func `a failure before the head stands for it`() {
        _ = arrival.ended(.failure(Broken()))
        #expect(throws: Broken()) { try arrival.takeHead() }
    }

    @Test(arguments: [true, false])
    mutating func `what came before the end is given out before it`(isGood: Bool) {
        #expect(take().text == "nothing")
        #expect(arrive("a") == nil)
        #expect(arrive("b") == nil)
        _ = arrival.ended(isGood ? .success(()) : .failure(Broken()))
        #expect([take().text, take().text] == ["a", "b"])
        for _ in 0..<2 { #expect(take().text == (isGood ? "ended" : "Broken()")) }
    }

    @Test mutating func `upstream is held back until all was taken`() {
        #expect(arrive("first") == nil)
        let most = String(repeating: "x", count: AnswerArrival.heldBytesMax)
        let room = arrive(most)
        #expect(room != nil)
        #expect(take().room == nil)
        #expect(take().room?.futureResult === room?.futureResult)
        room?.succeed()
        #expect(arrive("next") == nil)
    }

    @Test mutating func `whoever takes no more holds nothing back`() {
        let most = String(repeating: "x", count: AnswerArrival.heldBytesMax)
        let room = arrive(most)
        #expect(arrival.abandoned()?.futureResult === room?.futureResult)
        room?.succeed()
        #expect(arrive(most) == nil)
    }

    @Test mutating func `an end lets go of what was held back`() {
        let most = String(repeating: "x", count: AnswerArrival.heldBytesMax)
        let room = arrive(most)
        #expect(arrival.ended(.failure(Broken())).room?.futureResult === room?.futureResult)
        room?.succeed()
        #expect(take().text == most)
        #expect(take().text == "Broken()")
    }
}
