internal import Models

/// Fetches the secrets the file refers to. The file itself never holds one.
struct SecretReader {
    /// Longer than any key; a file of this size is not one.
    static let bytesMax = 16 * 1024

    let environment: [String: String]
    let files: FileAccess

    /// What was wrong with a reference, as a clause that names the variable or file, never the
    /// value.
    struct Refusal: Error {
        let reason: String
    }

    func variable(_ name: String) throws(Refusal) -> Secret {
        guard let text = environment[name] else {
            throw Refusal(
                reason: "names the environment variable \(quoted(name)), which is not set; "
                    + "set it for the daemon or use api_key_file")
        }
        return try secret(Array(text.utf8), from: "the environment variable \(quoted(name))")
    }

    func file(_ path: String) throws(Refusal) -> Secret {
        let contents = try read(path)
        if contents.mode & 0o077 != 0 {
            let mode = String(contents.mode, radix: 8)
            throw Refusal(
                reason: "names \(path), which others can reach (mode 0\(mode)); "
                    + "run: chmod 600 '\(path)'")
        }
        return try secret(contents.bytes, from: path)
    }

    /// A systemd credential. Its mode is not looked at: the service manager keeps its directory
    /// closed, and shows the access list it sets there as group bits.
    func credential(_ name: String) throws(Refusal) -> Secret {
        guard let directory = environment["CREDENTIALS_DIRECTORY"], !directory.isEmpty else {
            throw Refusal(
                reason: "names the credential \(quoted(name)), but CREDENTIALS_DIRECTORY is not "
                    + "set; start the daemon by systemd with LoadCredential=\(name):PATH")
        }
        if name.isEmpty || name.contains("/") || name == "." || name == ".." {
            throw Refusal(reason: "is \(quoted(name)); a credential's name has no slash")
        }
        return try secret(read(directory + "/" + name).bytes, from: "credential \(quoted(name))")
    }

    private func read(_ path: String) throws(Refusal) -> FileContents {
        guard path.hasPrefix("/") else {
            throw Refusal(reason: "is \(quoted(path)); write an absolute path")
        }
        switch files.read(path, Self.bytesMax) {
        case .success(let contents): return contents
        case .failure(let trouble): throw Refusal(reason: "names \(path), which \(trouble.reason)")
        }
    }

    /// The key goes into a header line, so what would end the line is kept out.
    private func secret(_ bytes: [UInt8], from place: String) throws(Refusal) -> Secret {
        let isEnd = { (byte: UInt8) in byte == 0x0A || byte == 0x0D || byte == 0x20 }
        let key = bytes.drop(while: isEnd).reversed().drop(while: isEnd).reversed()
        if key.isEmpty { throw Refusal(reason: "names \(place), which is empty") }
        if key.count > Self.bytesMax {
            throw Refusal(
                reason: "names \(place), which is \(key.count) bytes; a key has up to "
                    + "\(Self.bytesMax)")
        }
        guard key.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Refusal(
                reason: "names \(place), which holds spaces, line breaks or signs outside ASCII; "
                    + "it takes the key alone")
        }
        return Secret(String(decoding: Array(key), as: UTF8.self))
    }
}
