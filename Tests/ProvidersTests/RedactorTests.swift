import Models
import Testing

@testable import Providers

/// What outside text looks like after it was made fit to be shown.
@Suite struct RedactorTests {
    private let redactor = Redactor(secrets: [Secret("topsecret"), Secret("topsecret-longer")])

    @Test(arguments: [
        ("key topsecret refused", "key *** refused"),
        ("key topsecret-longer refused", "key *** refused"),
        ("Incorrect API key provided: sk-abcd***********wxyz.", "Incorrect API key provided: ***"),
        ("sk-proj-abc_DEF-123456789", "***"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
        ("bearer   x1", "bearer   ***"),
        ("gsk_0123456789", "***"),
        ("task-oriented sk-1 is no key", "task-oriented sk-1 is no key"),
        (
            "two\nlines\r\n\tand \u{1B}[31m\u{0} \u{202E}",
            "two\\nlines\\r\\n\\tand \\u{1b}[31m\\u{0} \\u{202e}"
        ),
        ("Grüße ☺ 😈", "Grüße ☺ 😈"),
    ])
    func `secrets go and control characters show`(text: String, expected: String) {
        #expect(redactor.clean(text) == expected)
    }

    @Test func `a long text is cut at a character and marked`() {
        let cut = redactor.clean(String(repeating: "😈", count: 1000))
        #expect(cut.utf8.count <= 512)
        #expect(cut.utf8.count > 504)
        #expect(cut.hasSuffix("😈…"))
    }

    @Test func `no half of a secret is left by the cut`() {
        for padding in 480...520 {
            let text = String(repeating: ".", count: padding) + " topsecret"
            #expect(!redactor.clean(text).contains("tops"))
        }
    }

    @Test(arguments: [
        #"KEY/"é" \+1"#, #"key\/\"\u00e9\" \\+1"#, #"KEY/\\\"\\u00E9\\\" \\\\+1"#,
        "KEY%2f%22%C3%A9%22+%5C%2B1", #"KEY/"é" \+1\#u{301}"#,
    ])
    func `a secret goes however it is escaped`(text: String) {
        let redactor = Redactor(secrets: [Secret(#"KEY/"é" \+1"#)])
        let cleaned = redactor.clean("<\(text)>").utf8
        #expect(cleaned.starts(with: "<***".utf8) && !cleaned.contains(UInt8(ascii: "1")))
        #expect(redactor.requestID("req-\(text)").hasPrefix("req-***"))
    }

    @Test func `no part is left of secrets that overlap, or that reading no further has halved`() {
        let overlapping = Redactor(secrets: [Secret("abcdef"), Secret("defghijk")])
        #expect(overlapping.clean("<abcdefghijk>") == "<***>")
        let long = String(repeating: "x1y2", count: 50)
        let redactor = Redactor(secrets: [Secret("begin" + long)])
        let text = Array(repeating: "begin" + long, count: 100).joined(separator: " ")
        let cleaned = redactor.clean(text, bytesMax: 16_384)
        #expect(!cleaned.contains("begin") && !cleaned.contains("x1"))
    }

    @Test func `a request id is printable and short`() {
        #expect(Redactor.token("req_1\r\nx: y☺") == "req_1x:y")
        #expect(Redactor.token(String(repeating: "a", count: 999)).utf8.count == 128)
    }

    @Test func `a secret never shows itself`() {
        let secret = Secret("topsecret")
        var settings = ProviderSettings(name: "p", kind: .openai)
        settings.apiKey = secret
        settings.headers = [.init(name: "api-key", value: secret)]
        var dumped = ""
        dump(settings, to: &dumped)
        for shown in ["\(secret)", "\(settings)", String(reflecting: settings), dumped] {
            #expect(!shown.contains("topsecret"))
        }
        #expect("\(secret)" == "***")
    }
}
