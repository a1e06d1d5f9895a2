/// Looks for YAML aliases before YAML is parsed. A few lines of them can stand for billions of
/// values, and comparing keys made of them would take as long.
///
/// It does not know what is quoted: `&name` and `*name` of one name anywhere in the text count.
/// That refuses a little too much and never too little.
enum AliasScan {
    static func firstAlias(in bytes: [UInt8]) -> String? {
        let anchors = Set(names(after: UInt8(ascii: "&"), in: bytes))
        if anchors.isEmpty { return nil }
        let alias = names(after: UInt8(ascii: "*"), in: bytes).first { anchors.contains($0) }
        return alias.map { String(decoding: $0.prefix(64), as: UTF8.self) }
    }

    private static func names(after sign: UInt8, in bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        bytes.indices.lazy.filter { bytes[$0] == sign }.compactMap { index in
            let name = bytes[(index + 1)...].prefix(while: isNameByte)
            return name.isEmpty ? nil : name
        }
    }

    /// What libyaml takes for a name: ASCII letters, digits, `_` and `-`.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
