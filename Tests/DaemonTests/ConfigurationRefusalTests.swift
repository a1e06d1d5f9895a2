import Daemon
import Testing

/// Each case is a file and the one line an operator sees.
@Suite struct ConfigurationRefusalTests {
    private static let provider = "providers: { gpu: { kind: openai } }\n"

    struct Case: CustomTestStringConvertible, Sendable {
        let yaml: String
        let complaint: String
        var testDescription: String { yaml }

        init(_ yaml: String, _ complaint: String) {
            self.yaml = yaml
            self.complaint = complaint
        }
    }

    private func check(_ item: Case) {
        let complaints = ConfigurationFixture().complaints(item.yaml)
        #expect(complaints == ["laneway.yaml:" + item.complaint])
    }

    @Test(arguments: [
        Case(
            "lanes:\n  builtin:\n    concurency: 4\n",
            "3:5: unknown key \"concurency\" under lanes.builtin; did you mean \"concurrency\"?"),
        Case("lane: off", "1:1: unknown key \"lane\"; did you mean \"lanes\"?"),
        Case(
            "log: { colour: true }", "1:8: unknown key \"colour\" under log; known keys: level"),
        Case(
            "lane_defaults: { match: [] }",
            "1:18: unknown key \"match\" under lane_defaults; known keys: adaptive, concurrency, "
                + "cost, hold, max_open_streams, on_disconnect, queue_bytes_max, "
                + "queue_depth_max, queue_wait_max"),
        Case(
            "log: { \"le\\nvel\": info }",
            "1:8: unknown key \"le?vel\" under log; did you mean \"level\"?"),
        Case("threads: 1\nthreads: 2", "1:1: duplicate key \"threads\"; keep one of them"),
    ]) func `an unknown or repeated key is shown with its place and the nearest known one`(
        item: Case
    ) {
        check(item)
    }

    @Test(arguments: [
        Case("threads: 0", "1:10: threads is 0; it takes 1 to 256"),
        Case("threads: four", "1:10: threads is \"four\"; write a whole number such as 1"),
        Case("threads: 1.5", "1:10: threads is \"1.5\"; write a whole number such as 1"),
        Case("threads: [1]", "1:10: threads has a list where one value belongs"),
        Case("threads: { a: 1 }", "1:10: threads has keys where one value belongs"),
        Case("threads:", "1:9: threads has no value; write one or take the key out"),
        Case("log: info", "1:6: log has the value \"info\" where keys with values belong"),
        Case(
            "log: { level: inof }",
            "1:15: log.level is \"inof\"; it takes trace, debug, info, notice, warning, error, "
                + "critical"),
        Case(
            "attribution: { persist_prompts: yes }",
            "1:33: attribution.persist_prompts is \"yes\"; write true or false"),
        Case(
            "limits: { idle_timeout: 60 }",
            "1:25: limits.idle_timeout is \"60\"; write a duration with its unit, such as 250ms, "
                + "60s, 5m or 1h"),
        Case(
            "limits: { idle_timeout: 0s }",
            "1:25: limits.idle_timeout is 0s; it takes 1ms to 24h"),
        Case(
            "limits: { drain_timeout: 99999999999999999999h }",
            "1:26: limits.drain_timeout is \"99999999999999999999h\"; write a duration with its "
                + "unit, such as 250ms, 60s, 5m or 1h"),
        Case(
            "limits: { message_bytes_max: 4MB }",
            "1:30: limits.message_bytes_max is \"4MB\"; write bytes such as 4194304, 4096KiB, "
                + "4MiB or 1GiB"),
        Case(
            "limits: { message_bytes_max: 1GiB }",
            "1:30: limits.message_bytes_max is 1GiB; it takes 1KiB to 64MiB"),
        Case("[1, 2]", "1:1: has a list where keys with values belong"),
    ]) func `a wrong value is shown with what may be written`(item: Case) {
        check(item)
    }

    @Test(arguments: [
        Case(
            "socket: { mode: 660 }",
            "1:17: socket.mode is \"660\"; write an octal mode up to \"0777\", such as \"0660\""),
        Case(
            "socket: { mode: \"0888\" }",
            "1:17: socket.mode is \"0888\"; write an octal mode up to \"0777\", such as \"0660\""),
        Case(
            "socket: { path: l.sock }",
            "1:17: socket.path: socket path \"l.sock\" must be absolute and name a file, such as "
                + "/run/laneway/laneway.sock"),
    ]) func `a socket that cannot be is refused`(item: Case) {
        check(item)
    }

    @Test func `a socket path of 108 bytes is refused with its length`() {
        let path = "/" + String(repeating: "s", count: 107)
        let complaints = ConfigurationFixture().complaints("socket: { path: \(path) }")
        #expect(complaints.count == 1)
        #expect(complaints[0].contains("1:17: socket.path: socket path is 108 bytes; the system "))
    }

    @Test(arguments: [
        Case(
            provider + "lanes: { l: { match: [gp/*] } }",
            "2:23: lanes.l.match has \"gp/*\": there is no provider \"gp\"; did you mean \"gpu\"?"),
        Case(
            provider + "lanes: { l: { match: [gpu] } }",
            "2:23: lanes.l.match has \"gpu\"; a pattern is provider/model, where * stands for any "
                + "text"),
        Case(
            provider + "lanes: { l: { match: [] } }",
            "2:22: lanes.l.match is empty; name targets such as [\"openai/*\"], or take the key "
                + "out"),
        Case(
            provider + "lanes: { l: { match: gpu/* } }",
            "2:22: lanes.l.match has the value \"gpu/*\" where a list such as [a, b] belongs"),
        Case(
            provider + "lanes: { l: { match: [gpu/*] }, m: { match: [gpu/*] } }",
            "2:46: lanes.m.match has \"gpu/*\", which lane l has already"),
        Case(
            provider + "lanes: { l: { concurrency: 2 } }",
            "2:10: lanes.l has no match and there is no provider of its name, so nothing would "
                + "use it; add match: [\"provider/*\"]"),
        Case(
            provider + "lanes: { \"a b\": { match: [gpu/*] } }",
            "2:10: \"a b\" is no name; it takes 1 to 64 letters, digits, \"_\", \"-\" and \".\""),
        Case(
            provider + "lanes: { gpu: { hold: forever } }",
            "2:23: lanes.gpu.hold is \"forever\"; it takes establishment, completion"),
        Case(
            provider + "lanes: { gpu: { concurrency: -1 } }",
            "2:30: lanes.gpu.concurrency is -1; it takes 1 to 65536"),
    ]) func `a lane that nothing could use is refused`(item: Case) {
        check(item)
    }

    @Test(arguments: [
        Case(
            "model: { tier: { fast: \" \" } }",
            "1:24: model.tier.fast is an empty chain; write targets such as openai/gpt-4o, "
                + "builtin/echo"),
        Case(
            "model: { tier: { fast: } }",
            "1:24: model.tier.fast is an empty chain; write targets such as openai/gpt-4o, "
                + "builtin/echo"),
        Case(
            "model: { tier: { fast: bultin/echo } }",
            "1:24: model.tier.fast names \"bultin/echo\": there is no provider \"bultin\"; did "
                + "you mean \"builtin\"?"),
        Case(
            "model: { tier: { fast: \"builtin/echo, builtin/echo\" } }",
            "1:24: model.tier.fast names the target builtin/echo twice; keep one of them"),
        Case(
            "model:\n  tier:\n    fast: builtin/echo\n    slow: builtin/slow, fast:high\n",
            "4:11: model.tier.slow holds the tier \"fast:high\"; a tier takes targets only, so "
                + "write its out"),
        Case(
            "model:\n  tier:\n    fast: builtin/echo,\n",
            "3:11: model.tier.fast has an empty target: two commas in a row, or one at an end"),
        Case(
            "model: { tier: { fast: echo } }",
            "1:24: model.tier.fast has \"echo\"; a target is provider/model or "
                + "provider/model:effort"),
        Case(
            "model: { tier: { fast: builtin/a builtin/b } }",
            "1:24: model.tier.fast has the target \"builtin/a builtin/b\"; targets have no spaces "
                + "and part at commas"),
        Case(
            "model: { tier: { \"fast:x\": builtin/echo } }",
            "1:18: \"fast:x\" is no name; it takes 1 to 64 letters, digits, \"_\", \"-\" and \".\""
        ),
    ]) func `a chain that could not be tried is refused`(item: Case) {
        check(item)
    }

    @Test(arguments: [
        Case(
            "providers: { a: { slow: true } }",
            "1:14: providers.a has no kind; it takes anthropic, builtin, gemini, ollama, openai"),
        Case(
            "providers: { a: { kind: anthropic, api: responses } }",
            "1:41: providers.a.api does nothing for kind anthropic; take it out"),
        Case(
            "providers: { a: { kind: openai } }\nprices: { a/x: { input: 1 } }",
            "2:16: prices.a/x needs input and output, in US dollars for a million tokens"),
        Case(
            "prices: { nowhere/x: { input: 1, output: 1 } }",
            "1:22: prices.nowhere/x has \"nowhere/x\": there is no provider \"nowhere\"; known "
                + "providers: builtin"),
        Case(
            "ledger: { path: ledger.db }",
            "1:17: ledger.path is \"ledger.db\"; write an absolute path"),
        Case("ledger: { keep: 5m }", "1:17: ledger.keep is 5m; it takes 1h to 87840h"),
        Case(
            "providers: { a: { kind: opnai } }",
            "1:25: providers.a.kind is \"opnai\"; it takes builtin, openai, anthropic, ollama, "
                + "gemini; did you mean \"openai\"?"),
        Case(
            "providers: { a: { kind: openai, pace_tokens_per_second: 5 } }",
            "1:57: providers.a.pace_tokens_per_second does nothing for kind openai; take it out"),
        Case(
            "providers: { a: { kind: builtin, base_url: \"https://a/\" } }",
            "1:44: providers.a.base_url does nothing for kind builtin; take it out"),
        Case(
            "providers: { a: { kind: openai, headers: { Authorization: x } } }",
            "1:44: header \"Authorization\" carries a key; give it by api_key_env, api_key_file "
                + "or api_key_credential"),
        Case(
            "providers: { a: { kind: openai, headers: { Host: x } } }",
            "1:44: header \"Host\" is set by the daemon itself; take it out"),
        Case(
            "providers: { a: { kind: openai, headers: { \"X Y\": x } } }",
            "1:44: header \"X Y\" is no header name (RFC 9110, 5.6.2)"),
        Case(
            "providers: { a: { kind: openai, headers: { X-Y: x, x-y: z } } }",
            "1:52: header \"x-y\" is given twice; case does not matter in a header's name"),
        Case(
            "providers: { a: { kind: openai, headers: { X: \"a\\r\\nB: c\" } } }",
            "1:47: providers.a.headers.X is \"a?B: c\"; it takes text without control characters"
        ),
    ]) func `a provider that could not work is refused`(item: Case) {
        check(item)
    }

    @Test func `all errors are shown in one run, in the order of the file`() {
        let complaints = ConfigurationFixture().complaints(
            """
            threads: 0
            log: { level: loud, color: 1 }
            providers:
              a: { kind: gemni }
              b: { kind: openai, base_url: ftp://b }
            model: { tier: { fast: nowhere/x } }
            """)
        let places = complaints.map { $0.split(separator: " ")[0] }
        #expect(
            places == [
                "laneway.yaml:1:10:", "laneway.yaml:2:15:", "laneway.yaml:2:21:",
                "laneway.yaml:4:14:", "laneway.yaml:5:32:", "laneway.yaml:6:24:",
            ])
    }

    @Test func `a provider that could not be read does not have its targets reported too`() {
        let complaints = ConfigurationFixture().complaints(
            "providers: { a: { kind: gemni } }\nmodel: { tier: { fast: a/b } }")
        #expect(complaints.count == 1)
    }

    @Test func `past a hundred errors the rest is counted`() {
        let yaml = (0..<150).map { "bad\($0): 1\n" }.joined()
        let complaints = ConfigurationFixture().complaints(yaml)
        #expect(complaints.count == 101)
        #expect(complaints.last == "laneway.yaml: and 50 more errors; mend these first")
    }
}
