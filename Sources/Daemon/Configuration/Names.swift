/// Names the file gives to providers, lanes and tiers.
extension ConfigurationValue.Entry {
    /// They stand in targets, chains and metrics, so the signs that part those are kept out.
    var isName: Bool {
        let fits = (1...64).contains(name.utf8.count)
        let plain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
        if fits, plain { return true }
        value.findings.report(
            "\(quoted(name)) is no name; it takes 1 to 64 letters, digits, \"_\", \"-\" and \".\"",
            at: mark)
        return false
    }
}
