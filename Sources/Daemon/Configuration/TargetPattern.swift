/// Patterns of targets, as lanes and allow-lists have them: `provider/model`, where `*` stands for any
/// text.
enum TargetPattern {
    /// - Returns: false when it was reported.
    static func check(
        _ pattern: String, in element: ConfigurationValue, _ providers: [String]
    ) -> Bool {
        if pattern == "*" { return true }
        guard let slash = pattern.firstIndex(of: "/"), slash != pattern.startIndex,
            pattern.index(after: slash) != pattern.endIndex, pattern.utf8.count <= 256,
            !pattern.contains(where: { $0.isControl || $0.isWhitespace })
        else {
            element.fail(
                "has \(quoted(pattern)); a pattern is provider/model, where * stands for any text")
            return false
        }
        let provider = String(pattern[..<slash])
        if provider.contains("*") || providers.contains(provider) { return true }
        element.fail("has \(quoted(pattern)): \(unknownProvider(provider, among: providers))")
        return false
    }
}
