internal import Glibc
internal import Providers
internal import Transport
internal import Yams

extension Configuration {
    /// Reads and checks the file, and reads the secrets it refers to. Nothing else is touched.
    ///
    /// - Parameters:
    ///   - path: the YAML file; nil for the defaults, which need none.
    ///   - environment: where keys, `CREDENTIALS_DIRECTORY` and the socket's usual path are
    ///     looked for.
    ///   - uid: of this process; it decides the socket's usual path.
    ///   - cores: of this machine; there are as many event loops, up to four.
    ///   - files: how the file and the files with secrets are read.
    /// - Throws: all errors of the file at once.
    package static func load(
        path: String?, environment: [String: String], uid: UInt32 = geteuid(),
        cores: Int = sysconf(CInt(_SC_NPROCESSORS_ONLN)), files: FileAccess = .disk
    ) throws(ConfigurationErrors) -> Configuration {
        let findings = Findings(file: path ?? "")
        let secrets = SecretReader(environment: environment, files: files)
        let decoder = ConfigurationDecoder(
            secrets: secrets, uid: uid, threads: max(1, min(cores, 4)))
        let configuration: Configuration?
        if let path {
            let root = readFile(path, with: files, findings: findings)
            configuration = root.flatMap { decoder.decode($0) }
        } else {
            configuration = decoder.withoutFile(findings: findings)
        }
        try findings.throwIfAny()
        guard let configuration else {
            findings.report("could not be understood")
            throw ConfigurationErrors(errors: findings.errors)
        }
        return configuration
    }

    private static func readFile(
        _ path: String, with files: FileAccess, findings: Findings
    ) -> ConfigurationValue? {
        switch files.read(path, ConfigurationText.bytesMax) {
        case .success(let contents):
            return ConfigurationText.parse(contents.bytes, findings: findings)
        case .failure(let trouble):
            findings.report(trouble.reason)
            return nil
        }
    }
}
