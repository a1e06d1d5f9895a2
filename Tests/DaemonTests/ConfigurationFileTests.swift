import Daemon
import Glibc
import Lanes
import Patience
import Testing

@Suite struct ConfigurationFileTests {
    private let fixture = ConfigurationFixture()

    private func complaint(_ yaml: String) -> String {
        fixture.complaints(yaml).joined(separator: "\n")
    }

    @Test(arguments: ["", "\n\n", "# nothing yet\n", "---\n", "~", "null"])
    func `an empty file is refused with what to do instead`(yaml: String) {
        #expect(
            complaint(yaml).hasSuffix(
                ": holds no configuration; start without --config to run on the defaults")
        )
    }

    @Test func `what is not YAML is shown with its place`() {
        #expect(complaint("log: {").hasPrefix("laneway.yaml:2:1: not YAML: "))
        #expect(complaint("a: b: c").hasPrefix("laneway.yaml:1:5: not YAML: "))
        #expect(complaint("log: \u{1}").hasPrefix("laneway.yaml: not YAML: control characters"))
        #expect(complaint("threads: 1\n---\nthreads: 2").contains("found another document"))
        #expect(complaint("? [a, b]\n: 1") == "laneway.yaml:1:3: a key must be a word")
    }

    @Test(arguments: ["*/x", "*", "*x"]) func `a bare star is refused with the remedy`(star: String)
    {
        let found = complaint("lanes: { a: { match: [\(star)] } }")
        #expect(found.hasPrefix("laneway.yaml:1:"))
        #expect(found.hasSuffix("; put text that starts with * in quotes"))
    }

    @Test func `what is not UTF-8 is shown with its line`() {
        let found = fixture.complaints(Array("threads: 1\nlog: ".utf8) + [0xC3, 0x28])
        #expect(found == ["laneway.yaml: is not UTF-8 text (first on line 2); save it as UTF-8"])
    }

    @Test func `an alias bomb is refused before it is built`() {
        var yaml = "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        for (letter, last) in zip("bcdefghij", "abcdefghi") {
            let aliases = Array(repeating: "*\(last)", count: 10).joined(separator: ",")
            yaml += "\(letter): &\(letter) [\(aliases)]\n"
        }
        #expect(
            complaint(yaml + "? *j\n: 1\n").contains("anchors and aliases (&a, *a) are not read"))
    }

    @Test func `signs of anchors and aliases alone are just text`() throws {
        let yaml = """
            # R&D *only*
            providers: { a: { kind: openai, headers: { X-Dept: R&D } } }
            lanes: { a: { match: ["*"] } }
            """
        #expect(try fixture.load(yaml).laneRules[0].patterns == ["*"])
    }

    @Test(arguments: ["[", "{a: ", "- "]) func `deep nesting is refused, not followed`(sign: String)
    {
        let yaml = String(repeating: sign, count: 200_000 / sign.utf8.count)
        #expect(!complaint(yaml).isEmpty)
    }

    // Comparing them pair by pair, or explaining each, would take too long.
    @Test(.timeLimit(.minutes(Patience.slowness)))
    func `20,000 unknown keys are refused in bounded time`() {
        var yaml = "log:\n"
        for index in 0..<20_000 { yaml += " k\(index): x\n" }
        #expect(fixture.complaints(yaml).count == 101)
    }

    @Test func `real files are read, and what cannot be is said why`() throws {
        var name = Array("/tmp/laneway-test-XXXXXX".utf8CString)
        let file = unsafe mkstemp(&name)
        let path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer { unsafe unlink(path) }
        _ = unsafe write(file, "threads: 3\n", 11)
        close(file)
        let configuration = try Configuration.load(path: path, environment: [:])
        #expect(configuration.threads == 3)
        #expect(refusal(path + ".nope") == "\(path).nope: does not exist")
        #expect(refusal("/tmp") == "/tmp: is not a regular file")
        #expect(refusal("/dev/zero") == "/dev/zero: is not a regular file")
        #expect(unsafe truncate(path, (1 << 20) + 1) == 0)
        #expect(refusal(path) == "\(path): is larger than 1MiB, the most that is read")
    }

    private func refusal(_ path: String) -> String? {
        #expect(throws: ConfigurationErrors.self) {
            try Configuration.load(path: path, environment: [:])
        }?.description
    }
}
