internal import Models

/// Reads the key that a section refers to, in one of three ways; the file itself holds none.
struct APIKeyDecoder {
    let secrets: SecretReader

    /// - Returns: nil where none is given, and where what is given was reported.
    func key(
        env: ConfigurationValue?, file: ConfigurationValue?, credential: ConfigurationValue?
    ) -> Secret? {
        let ways: [(String, ConfigurationValue?, Reader)] = [
            ("api_key_env", env, secrets.variable), ("api_key_file", file, secrets.file),
            ("api_key_credential", credential, secrets.credential),
        ]
        let given = ways.compactMap { name, value, read in value.map { (name, $0, read) } }
        guard let (_, value, read) = given.first else { return nil }
        if given.count > 1 {
            let names = given.map(\.0).joined(separator: " and ")
            given[1].1.fail("is one too many: \(names) are given; keep one")
            return nil
        }
        guard let reference = value.printable(bytesMax: 4096) else { return nil }
        do throws(SecretReader.Refusal) {
            return try read(reference)
        } catch {
            value.fail(error.reason)
            return nil
        }
    }

    private typealias Reader = (String) throws(SecretReader.Refusal) -> Secret
}
