import Clocks
import Models
import Testing

struct IdempotencyBookTests {
    private typealias Book = IdempotencyBook<String>
    private let start = Instant.now
    private let hello = RequestPrint("hello")

    private func key(_ name: String, uid: UInt32 = 1, caller: String = "bot") -> Book.Key {
        Book.Key(uid: uid, callerID: caller, key: name)
    }

    private func word(_ claim: Book.Claim) -> String {
        switch claim {
        case .run: "run"
        case .join: "join"
        case .replay(let answer): "replay \(answer)"
        case .conflict: "conflict"
        case .full: "full"
        }
    }

    @Test func `an answer is kept for ten minutes and not longer`() {
        let book = Book()
        #expect(word(book.claim(key("a"), hello, at: start)) == "run")
        #expect(word(book.claim(key("a"), hello, at: start)) == "join")
        book.settle(key("a"), .answered("hi"), bytes: 10, at: start)
        let last = start + .seconds(600) - .milliseconds(1)
        #expect(word(book.claim(key("a"), hello, at: last)) == "replay hi")
        #expect(word(book.claim(key("a"), RequestPrint("other"), at: last)) == "conflict")
        #expect(word(book.claim(key("a"), hello, at: start + .seconds(600))) == "run")
    }

    @Test func `keys of other uids and callers are others`() {
        let book = Book()
        for other in [key("a"), key("a", uid: 2), key("a", caller: "other"), key("b")] {
            #expect(word(book.claim(other, hello, at: start)) == "run")
        }
        #expect(word(book.claim(key("a"), RequestPrint("other"), at: start)) == "conflict")
    }

    @Test func `a failure is not kept`() {
        let book = Book()
        _ = book.claim(key("a"), hello, at: start)
        book.settle(key("a"), .gone, bytes: 0, at: start)
        #expect(book.count == 0)
        #expect(word(book.claim(key("a"), RequestPrint("other"), at: start)) == "run")
    }

    @Test func `over its bounds the oldest answers go, and never a call that runs`() {
        let book = Book(entriesMax: 3, bytesMax: 100)
        _ = book.claim(key("runs"), hello, at: start)
        for number in 0..<5 {
            _ = book.claim(key("\(number)"), hello, at: start)
            book.settle(key("\(number)"), .answered("\(number)"), bytes: 20, at: start)
        }
        #expect(book.count == 4)
        #expect(word(book.claim(key("1"), hello, at: start)) == "run")
        #expect(word(book.claim(key("2"), hello, at: start)) == "replay 2")
        #expect(word(book.claim(key("runs"), hello, at: start)) == "join")
        _ = book.claim(key("large"), hello, at: start)
        book.settle(key("large"), .answered("x"), bytes: 90, at: start)
        #expect(word(book.claim(key("4"), hello, at: start)) == "run")
        #expect(word(book.claim(key("large"), hello, at: start)) == "replay x")
    }

    @Test func `an answer over all bounds is not kept and costs no other`() {
        let book = Book(bytesMax: 100)
        _ = book.claim(key("small"), hello, at: start)
        book.settle(key("small"), .answered("s"), bytes: 10, at: start)
        _ = book.claim(key("huge"), hello, at: start)
        book.settle(key("huge"), .answered("h"), bytes: 101, at: start)
        #expect(word(book.claim(key("small"), hello, at: start)) == "replay s")
        #expect(word(book.claim(key("huge"), hello, at: start)) == "run")
    }

    @Test func `only so many of a caller wait for answers, and who leaves makes room`() async {
        let book = Book(waitersMax: 4, waitingBytesMax: 1_000)
        let bench = Bench([])
        _ = book.claim(key("a"), hello, at: start)
        var joined: [Book.Joined] = []
        for _ in 0..<2 {
            if case .join(let one) = book.claim(key("a"), hello, promptBytes: 10, at: start) {
                joined.append(one)
            }
        }
        #expect(joined.count == 2)
        #expect(word(book.claim(key("a"), hello, promptBytes: 10, at: start)) == "full")
        let call = bench.call("a/m")
        call.interrupt(.callerLeft)
        let outcome = await book.outcome(of: joined[0], for: call)
        #expect(outcome == nil)
        #expect(word(book.claim(key("a"), hello, promptBytes: 501, at: start)) == "full")
        #expect(word(book.claim(key("a"), hello, promptBytes: 490, at: start)) == "join")
    }
}
