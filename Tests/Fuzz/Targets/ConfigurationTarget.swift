import Daemon

extension FuzzTarget {
    /// A file that says anything: read, or refused with places inside it, and never with a secret.
    static let configuration = FuzzTarget(
        "configuration",
        seeds: { sources in
            let texts =
                try sources.literals(of: "Tests/DaemonTests")
                + sources.blocks("yaml", of: "docs/configuration.md")
                + [sources.text(of: "deploy/laneway.example.yaml")]
            return texts.map { Array($0.utf8) }
        }
    ) { input in
        let found = complaints(about: input)
        let lines = input.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 2
        for complaint in found ?? [] { check(complaint, lines: lines) }
        require(found?.isEmpty != true, "a file is refused for nothing")
        require(found == complaints(about: input), "a file is refused once so and once so")
    }
}

private let secret = "canary-5b1f0c"

/// nil where the file is good.
private func complaints(about file: [UInt8]) -> [ConfigurationError]? {
    let files = FileAccess { path, bytesMax in
        switch path {
        case "laneway.yaml": .success(FileContents(bytes: file, mode: 0o644))
        case "/etc/k": .success(FileContents(bytes: Array(secret.utf8), mode: 0o600))
        default: .failure(FileTrouble("does not exist"))
        }
    }
    do throws(ConfigurationErrors) {
        _ = try Configuration.load(
            path: "laneway.yaml", environment: ["KEY": secret, "OPENAI_API_KEY": secret], uid: 0,
            cores: 2, files: files)
        return nil
    } catch {
        return error.errors
    }
}

private func check(_ complaint: ConfigurationError, lines: Int) {
    let text = complaint.description
    require(
        complaint.line.map { (1...lines).contains($0) } ?? true,
        "\(text) is about a line of a file of \(lines)")
    require(!text.contains(secret), "\(text) tells a secret")
    require(!text.contains { $0.isNewline }, "\(text) is more than a line")
}
