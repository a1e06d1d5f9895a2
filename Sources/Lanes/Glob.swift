/// A pattern in which `*` stands for any run of characters, slashes included.
package struct Glob: Sendable {
    private let pattern: [UInt8]

    package init(_ pattern: String) {
        self.pattern = Array(pattern.utf8)
    }

    /// Greedy with one step back: when a match breaks, the last star takes one byte more. Linear
    /// for one star, at worst text × pattern, whatever the pattern.
    package func matches(_ text: String) -> Bool {
        let text = Array(text.utf8)
        var (at, from) = (0, 0)
        var star: (at: Int, from: Int)?
        while from < text.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, from)
                at += 1
            } else if at < pattern.count, pattern[at] == text[from] {
                at += 1
                from += 1
            } else if let last = star {
                star = (last.at, last.from + 1)
                at = last.at + 1
                from = last.from + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
