internal import Yams

/// From the bytes of the file to YAML's tree, with everything refused on the way that the tree
/// could not report or that would cost too much to build.
enum ConfigurationText {
    /// Far more than a configuration needs; a bound on what parsing may cost.
    static let bytesMax = 1 << 20

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    static func parse(_ file: [UInt8], findings: Findings) -> ConfigurationValue? {
        // Some editors begin a file with it; the parser would take it for content.
        let bytes = file.starts(with: byteOrderMark) ? Array(file.dropFirst(3)) : file
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let line = firstBrokenLine(bytes)
            findings.report("is not UTF-8 text (first on line \(line)); save it as UTF-8")
            return nil
        }
        if let alias = AliasScan.firstAlias(in: bytes) {
            findings.report(
                "YAML anchors and aliases (&\(alias), *\(alias)) are not read; write the value "
                    + "out, or use lane_defaults for what lanes share")
            return nil
        }
        return compose(text, findings: findings)
    }

    private static func compose(_ text: String, findings: Findings) -> ConfigurationValue? {
        do {
            // The basic resolver guesses no types: all values are read as they were written.
            guard let node = try Yams.compose(yaml: text, .basic) else {
                findings.report(empty)
                return nil
            }
            let value = ConfigurationValue(node: node, path: "", findings: findings)
            if value.isNull { findings.report(empty) }
            return value.isNull ? nil : value
        } catch let error as YamlError {
            report(error, in: text, to: findings)
        } catch {
            findings.report("is not YAML: \(error)")
        }
        return nil
    }

    private static let empty =
        "holds no configuration; start without --config to run on the defaults"

    private static func report(_ error: YamlError, in text: String, to findings: Findings) {
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let place = context.map { " (\($0.text), from line \($0.mark.line))" } ?? ""
            // A pattern that starts with a star and is not in quotes.
            let hint =
                "\(problem)\(place)".contains("alias")
                ? "; put text that starts with * in quotes" : ""
            findings.report("not YAML: \(problem)\(place)\(hint)", at: mark)
        case .reader(let problem, let offset, _, _):
            let line = text.prefix(offset ?? 0).count(where: \.isNewline) + 1
            findings.report("not YAML: \(problem) (line \(line))")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map(quoted).joined(separator: ", ")
            findings.report("duplicate key \(names); keep one of them", at: context.mark)
        default:
            findings.report("not YAML: \(error)")
        }
    }

    private static func firstBrokenLine(_ bytes: [UInt8]) -> Int {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let broken = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
        return (broken ?? 0) + 1
    }
}
