/// One step of what a scripted upstream does with a connection.
package enum UpstreamStep: Sendable {
    /// Waits for a whole HTTP/1.1 request and records it.
    case expectRequest
    case send([UInt8])
    /// Sends so many bytes at a time, each as a write of its own.
    case sendSplit([UInt8], every: Int)
    /// Lets the test know how far the script has come.
    case open(Gate)
    /// Waits for the test.
    case wait(Gate)
    /// Waits until the other side closes the connection.
    case waitForClose
    /// Closes in an orderly way.
    case close
    /// Resets the connection: what the other side has not read yet is lost.
    case reset
}

extension UpstreamStep {
    package static func send(_ text: String) -> Self { .send(Array(text.utf8)) }

    /// A whole answer with its length.
    package static func answer(
        _ body: String, status: Int = 200, type: String = "application/json",
        headers: [String] = []
    ) -> Self {
        let fields = ["content-type: \(type)", "content-length: \(body.utf8.count)"] + headers
        return .send(head(status, fields) + body)
    }

    /// The head of a streamed answer; its body ends where the connection does.
    package static func streamHead(
        status: Int = 200, type: String = "text/event-stream", headers: [String] = []
    ) -> Self {
        .send(head(status, ["content-type: \(type)", "connection: close"] + headers))
    }

    /// The head of a streamed answer in chunks, sent by `chunk` and ended by `lastChunk`.
    package static func chunkedHead(headers: [String] = []) -> Self {
        .send(
            head(200, ["content-type: text/event-stream", "transfer-encoding: chunked"] + headers))
    }

    package static func chunk(_ text: String) -> Self {
        .send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }

    package static let lastChunk: Self = .send("0\r\n\r\n")

    private static func head(_ status: Int, _ fields: [String]) -> String {
        "HTTP/1.1 \(status) Scripted\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
    }
}

/// A request as the scripted upstream got it.
package struct UpstreamRequest: Sendable, Hashable {
    /// `POST /v1/chat/completions HTTP/1.1`.
    package var line: String
    /// Names in lower case.
    package var headers: [String: String]
    /// The body as it came.
    package var bytes: [UInt8]

    /// The body where it is text.
    package var body: String { String(decoding: bytes, as: UTF8.self) }
}
