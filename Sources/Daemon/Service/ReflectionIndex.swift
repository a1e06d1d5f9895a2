internal import Messages

/// Which file declares what, and with which others it is understood. Pure; made once from the
/// tables of `make proto`.
struct ReflectionIndex: Sendable {
    /// The full names of all services, in their order.
    let services: [String]

    private let files: [String: DescribedFile]
    private let messages: Set<String>
    /// The names of files by the full names they declare.
    private let homes: [String: String]

    init(_ described: [DescribedFile]) {
        services = described.flatMap(\.services).sorted()
        files = Dictionary(described.map { ($0.name, $0) }) { first, _ in first }
        messages = Set(described.flatMap(\.messages))
        let declared = described.flatMap { file in
            (file.services + file.messages + file.members).map { ($0, file.name) }
        }
        homes = Dictionary(declared) { first, _ in first }
    }

    /// True for the full name of a message.
    func isMessage(_ name: String) -> Bool { messages.contains(name) }

    /// The file that declares a service, a message, or a member of one, with those it needs; nil
    /// when none does.
    func descriptors(declaring name: String) -> [[UInt8]]? {
        homes[name].flatMap { descriptors(of: $0) }
    }

    /// A file, then all that it imports, directly or not, each once; nil for a name no file has.
    func descriptors(of name: String) -> [[UInt8]]? {
        guard files[name] != nil else { return nil }
        var found: [String] = [name]
        var next = 0
        while next < found.count {
            let imports = files[found[next]]?.imports ?? []
            found += imports.filter { !found.contains($0) }
            next += 1
        }
        return found.compactMap { files[$0]?.descriptor }
    }
}
