import Daemon
import Providers
import Testing

/// Keeps the decoder, the documentation and the example together.
@Suite struct ConfigurationKeysTests {
    private static let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

    private func text(_ path: String) throws -> String {
        let contents = try FileAccess.disk.read("/\(Self.root)/\(path)", 1 << 20).get()
        return try #require(String(validating: contents.bytes, as: UTF8.self))
    }

    /// The rows of the documentation's tables: the cells of those that describe a key.
    private func documented() throws -> [[String]] {
        try text("docs/configuration.md").split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { String($0.drop { $0 == " " }) }
            return cells.count == 4 && cells[0].hasPrefix("`") ? cells : nil
        }
    }

    private func word(_ cell: String) -> String? {
        guard cell.hasPrefix("`") else { return nil }
        return cell.dropFirst().firstIndex(of: "`").map { String(cell[..<$0].dropFirst()) }
    }

    @Test func `every key is documented and every documented key exists`() throws {
        let keys = try documented().compactMap { word($0[0]) }
        #expect(Set(keys).count == keys.count)
        #expect(Set(keys) == Set(Configuration.knownKeys))
    }

    @Test func `every documented default is the default`() throws {
        let fixture = ConfigurationFixture(environment: ["K": "sk"])
        var checked = 0
        for cells in try documented() {
            let key = try #require(word(cells[0]))
            guard let value = word(cells[2]) else { continue }
            let usual = try load(key, nil, with: fixture)
            #expect(try load(key, value, with: fixture) == usual, "\(key): \(value)")
            checked += 1
        }
        #expect(checked >= 20)
    }

    @Test func `every key changes what is decoded`() throws {
        let fixture = ConfigurationFixture(
            environment: ["K": "sk", "CREDENTIALS_DIRECTORY": "/c"],
            files: ["/c/k": ("sk", 0o600), "/k": ("sk", 0o600)])
        let values = [
            "path": "/x", "mode": "\"0600\"", "group": "g", "kind": "openai", "slow": "true",
            "base_url": "https://x", "allow_insecure": "true", "api_key_env": "K",
            "api_key_file": "/k", "api_key_credential": "k", "headers": "{ X: y }",
            "max_tokens_field": "max_tokens", "pace_tokens_per_second": "5", "match": "[\"*\"]",
            "first_chunk_delay_ms": "5", "concurrency": "9", "queue_depth_max": "9",
            "queue_bytes_max": "9", "queue_wait_max": "9s", "hold": "completion",
            "on_disconnect": "finish", "max_open_streams": "9", "persist_prompts": "true",
            "message_bytes_max": "2MiB", "metadata_bytes_max": "2KiB", "level": "trace",
            "NAME": "builtin/echo", "threads": "9", "cost": "tokens", "uids": "[5]",
            "uid": "7", "caller_id": "bot", "weight": "2", "max_priority": "batch",
            "tiers": "[NAME]", "gids": "[5]", "connections_max": "9",
            "connections_per_uid_max": "9", "calls_per_uid_max": "9", "targets": "[\"NAME/x*\"]",
            "adaptive": "true",
            "context_window": "9", "tools": "false", "images": "false", "json_schema": "false",
            "reasoning": "true", "api": "responses", "keep": "48h", "input": "3", "output": "4",
            "corrective_turns": "2", "cached_input": "5", "cache_write": "6",
            "fail_over_on_content_policy": "[NAME]", "failover_log": "/x",
            "endpoint": "https://y", "sample": "0.5", "resource": "{ a: b }",
            "api_key_header": "x-key",
        ]
        // Of telemetry it changes only whether the file is refused.
        for key in Configuration.knownKeys where key != "telemetry.allow_insecure" {
            let last = String(key.split(separator: ".").last ?? "")
            let value = values[last] ?? "7s"
            let usual = try load(key, nil, with: fixture)
            #expect(try load(key, value, with: fixture) != usual, "\(key)")
        }
    }

    /// A file with that one key, or without it, and what it needs around it.
    private func load(
        _ key: String, _ value: String?, with fixture: ConfigurationFixture
    ) throws -> Configuration {
        let parts = key.split(separator: ".").map(String.init)
        let isBuiltinKey =
            ["pace_tokens_per_second", "first_chunk_delay_ms", "slow", "kind"]
            .contains(parts.last ?? "") || parts[0] != "providers"
        let kind = isBuiltinKey ? "builtin" : "openai"
        var sections = [
            "providers": "{ NAME: { kind: \(kind) } }", "lanes": "{ NAME: {} }",
            "model": "{ tier: { NAME: NAME/x } }", "ledger": "{}",
        ]
        if parts[0] == "callers[]" {
            sections["callers"] = Self.caller(with: parts.last ?? "", value)
        } else if parts[0] == "prices" {
            sections["prices"] = Self.price(with: parts.last ?? "", value)
        } else if parts[0] == "telemetry" {
            sections["telemetry"] = Self.telemetry(with: parts.last ?? "", value)
        } else if let value {
            sections[parts[0]] = Self.section(parts, value, kind: kind)
        }
        return try fixture.load(sections.map { "\($0): \($1)\n" }.joined())
    }

    /// The section of the file that the key is in, with what the key needs beside it.
    private static func section(_ parts: [String], _ value: String, kind: String) -> String {
        let isOfProvider = parts[0] == "providers" && parts.last != "kind"
        let isOfModel = parts[0] == "model" && parts[1] != "tier"
        var written = value
        for part in parts.dropFirst(isOfProvider ? 2 : 1).reversed() {
            written = isOfModel ? "\(part): \(written)" : "{ \(part): \(written) }"
        }
        if isOfProvider {
            return "{ NAME: { kind: \(kind), \(written.dropFirst(2).dropLast(2)) } }"
        }
        return isOfModel ? "{ tier: { NAME: NAME/x }, \(written) }" : written
    }

    private static func price(with key: String, _ value: String?) -> String {
        var price = ["input": "1", "output": "2"]
        if let value { price[key] = value }
        return "{ NAME/x: { \(price.map { "\($0): \($1)" }.joined(separator: ", ")) } }"
    }

    /// A section with an endpoint, and with a key where the header for it is the question.
    private static func telemetry(with key: String, _ value: String?) -> String {
        var section = ["endpoint": "https://x"]
        if key == "api_key_header" { section["api_key_env"] = "K" }
        if let value { section[key] = value }
        return "{ \(section.map { "\($0): \($1)" }.joined(separator: ", ")) }"
    }

    /// A list of one caller, about whom something is said with or without the key.
    private static func caller(with key: String, _ value: String?) -> String {
        var match = ["uid": "1", "caller_id": "x"]
        var entry = ["weight": "3", "max_priority": "interactive"]
        if match[key] != nil { match[key] = value } else { entry[key] = value }
        let matched = match.map { "\($0): \($1)" }.joined(separator: ", ")
        let said = entry.map { "\($0): \($1)" }.joined(separator: ", ")
        return "[{ match: { \(matched) }, \(said) }]"
    }

    @Test func `the example is a good file`() throws {
        let fixture = ConfigurationFixture(environment: ["OPENAI_API_KEY": "sk"])
        let configuration = try fixture.load(text("deploy/laneway.example.yaml"))
        #expect(configuration.providers.map(\.name) == ["openai", "gpu", "builtin"])
        #expect(configuration.tiers.keys.sorted() == ["fast", "thinking"])
    }
}
