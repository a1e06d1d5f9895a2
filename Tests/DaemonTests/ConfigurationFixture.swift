import Daemon

/// Loads configurations that are on no disk.
struct ConfigurationFixture {
    var environment: [String: String] = [:]
    /// Files with secrets: text and mode.
    var files: [String: (text: String, mode: UInt32)] = [:]
    var uid: UInt32 = 0
    var cores = 2

    static let path = "laneway.yaml"

    func load(_ yaml: String) throws(ConfigurationErrors) -> Configuration {
        try load(Array(yaml.utf8))
    }

    func load(_ yaml: [UInt8]?) throws(ConfigurationErrors) -> Configuration {
        var all = files.mapValues { FileContents(bytes: Array($0.text.utf8), mode: $0.mode) }
        if let yaml { all[Self.path] = FileContents(bytes: yaml, mode: 0o644) }
        let access = FileAccess { [all] path, bytesMax in
            guard let file = all[path] else { return .failure(FileTrouble("does not exist")) }
            if file.bytes.count > bytesMax { return .failure(FileTrouble("is too large")) }
            return .success(file)
        }
        return try Configuration.load(
            path: yaml == nil ? nil : Self.path, environment: environment, uid: uid, cores: cores,
            files: access)
    }

    /// The lines an operator would see; empty when the file is good.
    func complaints(_ yaml: String) -> [String] {
        complaints(Array(yaml.utf8))
    }

    func complaints(_ yaml: [UInt8]?) -> [String] {
        do throws(ConfigurationErrors) {
            _ = try load(yaml)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }
}
