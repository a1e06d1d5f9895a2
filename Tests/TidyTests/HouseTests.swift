import Testing

/// Folder name = target name, and arrows point only downwards.
struct HouseTests {
    /// What a target's sources may import beside the system's own modules. A new arrow is added
    /// here on purpose or not at all.
    private static let mayImport: [String: Set<String>] = [
        "CProtobufC": [],
        "CNghttp2": [],
        "CMessages": [],
        "CValijson": [],
        "CRapidJSON": [],
        "CZlib": [],
        "Clocks": [],
        "Messages": ["CMessages"],
        "Schemas": ["CValijson"],
        "Decoding": ["CRapidJSON"],
        "Packing": ["CZlib", "NIOCore"],
        "Wire": ["CNghttp2", "NIOCore", "DequeModule"],
        "RPC": ["Wire", "Messages", "Clocks", "Packing", "NIOCore", "DequeModule"],
        "Lanes": ["Clocks", "DequeModule", "Logging"],
        "Models": ["Lanes", "Clocks", "DequeModule", "Logging"],
        "Providers": [
            "Models", "Packing", "Decoding", "Clocks", "AsyncHTTPClient", "NIOCore", "NIOHTTP1",
            // For the one error type its connections fail with.
            "NIOPosix", "Logging",
        ],
        "Ledger": ["Models", "Lanes", "GRDB", "Logging"],
        "Telemetry": [
            "Models", "Lanes", "Messages", "Clocks", "AsyncHTTPClient", "DequeModule", "NIOCore",
            "NIOHTTP1", "Logging",
        ],
        // Wire for the one error type its sessions end connections with.
        "Transport": ["RPC", "Wire", "Clocks", "NIOCore", "NIOPosix", "Logging"],
        "Daemon": [
            "Transport", "RPC", "Messages", "Schemas", "Ledger", "Telemetry", "Providers", "Models",
            "Lanes", "Clocks", "AsyncHTTPClient", "Yams", "NIOCore", "NIOPosix", "Logging",
            "UnixSignals",
        ],
        "Client": ["RPC", "Messages", "Transport", "Clocks", "NIOCore", "NIOPosix"],
        "LaneViews": ["Messages"],
        "Load": ["LaneViews", "Histogram"],
        "laneway": [
            "Daemon", "Client", "LaneViews", "Load", "Ledger", "Messages", "ArgumentParser",
            "UnixSignals",
        ],
    ]

    private static let system: Set<String> = [
        "Glibc", "Musl", "Dispatch", "Foundation", "FoundationEssentials", "Synchronization",
    ]

    @Test func `every folder of Sources has its row in the table of imports`() throws {
        #expect(try Repository.folders(in: "Sources") == Self.mayImport.keys.sorted())
    }

    @Test(arguments: mayImport.keys.sorted())
    func `a target imports only what the house allows it`(target: String) throws {
        let allowed = try #require(Self.mayImport[target]).union(Self.system)
        for file in try Repository.files(below: "Sources/\(target)") {
            let strangers = file.imports.subtracting(allowed).sorted()
            #expect(strangers.isEmpty, "\(file.path) imports \(strangers)")
        }
    }

    @Test(arguments: [
        ("CMessages", "Messages"), ("CNghttp2", "Wire"), ("CValijson", "Schemas"),
        ("CZlib", "Packing"), ("CRapidJSON", "Decoding"),
    ])
    func `C has one address`(module: String, owner: String) throws {
        for file in try Repository.files(below: "Sources") where file.imports.contains(module) {
            #expect(file.path.hasPrefix("Sources/\(owner)/"), "\(file.path) imports \(module)")
        }
    }

    @Test func `arrows point only downwards`() {
        var settled: Set<String> = []
        var rest = Self.mayImport
        while !rest.isEmpty {
            let next = rest.filter { target in
                target.value.allSatisfy { Self.mayImport[$0] == nil || settled.contains($0) }
            }
            #expect(!next.isEmpty, "\(rest.keys.sorted()) import each other in a circle")
            if next.isEmpty { return }
            settled.formUnion(next.keys)
            rest = rest.filter { next[$0.key] == nil }
        }
    }

    @Test(arguments: try Repository.folders(in: "Sources"))
    func `a folder is a target and has its paragraph in the architecture`(
        folder: String
    ) throws {
        let package = try Repository.file("Package.swift").text
        #expect(package.contains("name: \"\(folder)\""), "not a target of Package.swift")
        let architecture = try Repository.file("ARCHITECTURE.md").text
        #expect(architecture.contains("`\(folder)`"), "not in ARCHITECTURE.md")
    }

    @Test func `a test folder is a target of the package`() throws {
        let package = try Repository.file("Package.swift").text
        for folder in try Repository.folders(in: "Tests") {
            let files = try Repository.files(below: "Tests/\(folder)")
            if files.isEmpty { continue }
            #expect(package.contains("name: \"\(folder)\""), "Tests/\(folder) is never run")
        }
    }
}

extension Repository.File {
    /// The modules that the file imports, whatever stands before or after the word.
    fileprivate var imports: Set<String> {
        Set(
            lines.compactMap { line in
                let words = line.split(whereSeparator: \.isWhitespace)
                guard let place = words.firstIndex(of: "import"), place + 1 < words.count,
                    words[..<place].allSatisfy(isModifier)
                else { return nil }
                let kinds: Set<Substring> = [
                    "struct", "class", "enum", "protocol", "func", "typealias",
                ]
                let name = kinds.contains(words[place + 1]) ? words.last : words[place + 1]
                return name?.split(separator: ".").first.map(String.init)
            })
    }

    private func isModifier(_ word: Substring) -> Bool {
        word.first == "@"
            || ["public", "package", "internal", "fileprivate", "private"].contains(word)
    }
}
