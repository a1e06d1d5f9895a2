/// A key of the keyboard that the live view knows.
package enum Key: Sendable, Hashable {
    case up, down
    case character(Character)

    /// Reads keys out of what a terminal sends; what nobody knows is passed over.
    package static func read(_ bytes: [UInt8]) -> [Key] {
        var keys: [Key] = []
        var rest = bytes[...]
        while let first = rest.popFirst() {
            guard first == 0x1B else {
                if (0x20..<0x7F).contains(first) {
                    keys.append(.character(Character(UnicodeScalar(first))))
                }
                continue
            }
            // CSI or SS3, parameters, one final byte.
            guard rest.first == UInt8(ascii: "[") || rest.first == UInt8(ascii: "O") else {
                continue
            }
            rest.removeFirst()
            while let byte = rest.first, (0x20..<0x40).contains(byte) { rest.removeFirst() }
            switch rest.popFirst() {
            case UInt8(ascii: "A"): keys.append(.up)
            case UInt8(ascii: "B"): keys.append(.down)
            default: break
            }
        }
        return keys
    }
}
