import Daemon
import Lanes
import Models
import Providers
import Testing
import Transport

@Suite struct ConfigurationTests {
    private let fixture = ConfigurationFixture(
        environment: ["KEY": "sk-1"], files: ["/etc/k": ("sk-2\n", 0o600)])

    @Test func `a whole file is read with the meaning it was written with`() throws {
        let configuration = try fixture.load(
            """
            socket: { path: /run/l/l.sock, mode: "0666", group: bots }
            providers:
              openai: { kind: openai, api_key_env: KEY, headers: { X-Org: acme } }
              gpu:
                kind: openai
                base_url: http://127.0.0.1:8080/v1
                slow: true
                max_tokens_field: max_tokens
              parrot: { kind: builtin, pace_tokens_per_second: 2.5, first_chunk_delay_ms: 40 }
            lane_defaults: { concurrency: 3 }
            lanes:
              gpu:
                match: ["gpu/*", openai/local]
                concurrency: 1
                hold: completion
                on_disconnect: finish
                queue_depth_max: 7
                queue_bytes_max: 2KiB
                queue_wait_max: 250ms
                max_open_streams: 5
              openai: { queue_wait_max: 5m }
            model: { tier: { fast: "openai/gpt-4o:high, gpu/qwen3:8b" } }
            attribution: { persist_prompts: true }
            limits: { idle_timeout_slow: 1h }
            log: { level: debug }
            threads: 7
            """)
        #expect(configuration.socket.path.description == "/run/l/l.sock")
        #expect(configuration.socket.access == SocketAccess(mode: 0o666, group: "bots"))
        #expect(configuration.persistPrompts)
        #expect(configuration.logLevel == .debug)
        #expect(configuration.threads == 7)
        #expect(configuration.limits.idleTimeoutSlow == .seconds(3600))
        #expect(configuration.limits.idleTimeout == .seconds(60))
        #expect(
            configuration.tiers["fast"] == [
                Target(provider: "openai", model: "gpt-4o", effort: .high),
                Target(provider: "gpu", model: "qwen3:8b"),
            ])
        let gpu = LaneSettings(
            concurrency: 1, queueDepthMax: 7, queueBytesMax: 2048,
            queueWaitMax: .milliseconds(250), hold: .completion, onDisconnect: .finish,
            maxOpenStreams: 5)
        let openai = LaneSettings(concurrency: 3, queueWaitMax: .seconds(300))
        #expect(
            configuration.laneRules == [
                LaneRule(name: "gpu", patterns: ["gpu/*", "openai/local"], settings: gpu),
                LaneRule(name: "openai", patterns: [], settings: openai),
            ])
        #expect(configuration.laneDefaults == LaneSettings(concurrency: 3))
    }

    @Test func `providers keep the order of the file, their keys and their pace`() throws {
        let providers = try fixture.load(
            """
            providers:
              z: { kind: openai, api_key_file: /etc/k, base_url: "https://z.example/v1" }
              a: { kind: builtin, pace_tokens_per_second: 2.5, first_chunk_delay_ms: 40 }
              b: { kind: openai, headers: { X-Org: acme, X-Team: "1" }, slow: true }
            """
        ).providers
        #expect(providers.map(\.name) == ["z", "a", "b", "builtin"])
        #expect(providers.map(\.kind) == [.openai, .builtin, .openai, .builtin])
        #expect(providers[0].apiKey?.reveal() == "sk-2")
        #expect(providers[0].baseURL == "https://z.example/v1")
        #expect(providers[1].echo.paceTokensPerSecond == 2.5)
        #expect(providers[1].echo.firstChunkDelay == .milliseconds(40))
        #expect(providers[2].headers.map(\.name) == ["X-Org", "X-Team"])
        #expect(providers[2].headers.map { $0.value.reveal() } == ["acme", "1"])
        #expect(providers.map(\.slow) == [false, false, true, false])
    }

    @Test func `a file that takes the name builtin has it`() throws {
        let configuration = try fixture.load("providers: { builtin: { kind: openai } }")
        #expect(configuration.providers.map(\.kind) == [.openai])
    }

    @Test(arguments: ["lanes: off", "lanes: \"off\""]) func `lanes can be off`(yaml: String) throws
    {
        let configuration = try fixture.load(yaml)
        #expect(!configuration.queueing)
        #expect(configuration.laneRules.isEmpty)
    }

    @Test func `a section whose keys are all commented out is an empty section`() throws {
        let yaml = "socket:\nproviders:\nlanes:\nlane_defaults:\nmodel: { tier: }\nlimits:\nlog:\n"
        let configuration = try fixture.load(yaml)
        #expect(configuration == (try fixture.load("threads: 2")))
    }

    @Test func `a file may start with a byte order mark and end its lines as Windows does`() throws
    {
        let configuration = try fixture.load("\u{FEFF}threads: 5\r\nlog:\r\n  level: error\r\n")
        #expect(configuration.threads == 5)
        #expect(configuration.logLevel == .error)
    }

    @Test func `without a file there is builtin, and the services whose key is set`() throws {
        #expect(try ConfigurationFixture().load(nil).providers.map(\.name) == ["builtin"])
        let environment = [
            "OPENAI_API_KEY": "sk-o", "GROQ_API_KEY": "sk-g", "OPENROUTER_API_KEY": "sk-r",
            "MISTRAL_API_KEY": "sk-m", "DEEPSEEK_API_KEY": "",
        ]
        let configuration = try ConfigurationFixture(environment: environment).load(nil)
        let names = ["openai", "groq", "openrouter", "mistral", "builtin"]
        #expect(configuration.providers.map(\.name) == names)
        #expect(configuration.providers[0].baseURL == "https://api.openai.com/v1")
        #expect(configuration.providers[1].apiKey?.reveal() == "sk-g")
        #expect(configuration.queueing)
    }

    @Test func `with a file, a key in the environment adds no provider`() throws {
        let fixture = ConfigurationFixture(environment: ["OPENAI_API_KEY": "sk-o"])
        #expect(try fixture.load("threads: 1").providers.map(\.name) == ["builtin"])
    }

    @Test func `the socket's usual path serves when the file names none`() throws {
        let fixture = ConfigurationFixture(environment: ["XDG_RUNTIME_DIR": "/run/user/7"], uid: 7)
        let path = try fixture.load("socket: { mode: \"0600\" }").socket.path
        #expect(path.description == "/run/user/7/laneway/laneway.sock")
    }

    @Test(arguments: [(0, 1), (1, 1), (3, 3), (4, 4), (64, 4)])
    func `there are as many event loops as cores, up to four`(cores: Int, threads: Int) throws {
        #expect(try ConfigurationFixture(cores: cores).load(nil).threads == threads)
    }
}
