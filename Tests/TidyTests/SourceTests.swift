import Testing

/// Rules about the text of the sources that no compiler keeps.
struct SourceTests {
    @Test func `there are sources to look at`() throws {
        #expect(try Repository.files(below: "Sources").count > 100)
    }

    @Test func `no source file is longer than 400 lines`() throws {
        for file in try Repository.files(below: "Sources") + Repository.files(below: "Tests") {
            #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test func `what is vouched for by hand says why`() throws {
        let word = "@unchecked " + "Sendable"
        for file in try Repository.files(below: "Sources") {
            let lines = file.lines
            for (place, line) in lines.enumerated()
            where line.contains(word) && !line.isComment {
                let around = lines[max(0, place - 2)...min(lines.count - 1, place + 2)]
                #expect(
                    around.contains { $0.trimmed.hasPrefix("// Sendable by hand:") },
                    "\(file.path):\(place + 1) gives no reason (// Sendable by hand: …)")
            }
        }
    }

    @Test func `nothing is left for later in the sources`() throws {
        // In two pieces each, so that this file is not the first one found.
        let markers = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "HA" + "CK:"]
        let endings: Set = ["swift", "proto", "c", "h", "py", "md", "yaml", "service", "socket"]
        for folder in ["Sources", "Tests", "proto", "scripts", "docs", "deploy", "Examples"] {
            for file in try Repository.files(below: folder, endings: endings) {
                for marker in markers {
                    #expect(!file.text.contains(marker), "\(file.path) holds \(marker)")
                }
            }
        }
    }

    @Test(arguments: ["Client", "Messages"])
    func `what is public is documented`(target: String) throws {
        for file in try Repository.files(below: "Sources/\(target)")
        where !file.path.contains("/Generated/") {
            for place in file.undocumentedPublicLines {
                Issue.record("\(file.path):\(place) is public and has no docstring")
            }
        }
    }

    @Test func `every message, field, enum, value and rpc of the contract is commented`() throws {
        let files = try Repository.files(below: "proto", endings: ["proto"])
        #expect(!files.isEmpty)
        for file in files {
            for place in file.uncommentedProtoLines {
                Issue.record("\(file.path):\(place + 1) has no comment: \(file.lines[place])")
            }
        }
    }
}

extension Repository.File {
    /// Lines, from 1, that declare something public without `///` above. What a protocol asks for
    /// is documented there: witnesses that a docstring would only repeat are known by name.
    fileprivate var undocumentedPublicLines: [Int] {
        let lines = lines
        let witnesses = ["typealias Element", "typealias Failure", "func makeAsyncIterator"]
        return lines.indices.filter { place in
            let line = lines[place].trimmed
            guard line.hasPrefix("public "), !line.hasPrefix("public import"),
                !witnesses.contains(where: line.contains)
            else { return false }
            return !lines.hasComment("///", above: place)
        }.map { $0 + 1 }
    }

    /// Lines, from 0, that declare something in the contract without a comment right above.
    fileprivate var uncommentedProtoLines: [Int] {
        let lines = lines
        return lines.indices.filter { place in
            lines[place].declaresInProto && !lines.hasComment("//", above: place)
        }
    }
}

extension [Substring] {
    /// Attributes may stand between the comment and what it is about.
    fileprivate func hasComment(_ mark: String, above place: Int) -> Bool {
        let above = self[..<place].last { !$0.trimmed.hasPrefix("@") }
        return above?.trimmed.hasPrefix(mark) == true
    }
}

extension Substring {
    fileprivate var trimmed: Substring { drop(while: \.isWhitespace) }

    fileprivate var isComment: Bool { trimmed.hasPrefix("//") }

    /// A field or an enum value has a number; `oneof`, `message`, `enum`, `service` and `rpc` begin
    /// with their word.
    fileprivate var declaresInProto: Bool {
        let line = trimmed
        if line.hasPrefix("//") || line.hasPrefix("reserved") { return false }
        let words = ["message ", "enum ", "service ", "rpc ", "oneof "]
        if words.contains(where: line.hasPrefix) { return true }
        return line.contains(/^[A-Za-z_.<>, 0-9]+ = [0-9]+/)
    }
}
