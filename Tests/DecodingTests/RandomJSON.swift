/// Any JSON.
enum AnyJSON: Decodable, Equatable {
    case null
    case truth(Bool)
    case number(Double)
    case text(String)
    case list([AnyJSON])
    case object([String: AnyJSON])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let truth = try? container.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let list = try? container.decode([AnyJSON].self) {
            self = .list(list)
        } else {
            self = .object(try container.decode([String: AnyJSON].self))
        }
    }

    var depth: Int {
        switch self {
        case .list(let list): 1 + (list.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.values.map(\.depth).max() ?? 0)
        default: 0
        }
    }
}

/// Writes texts of JSON by chance, the same ones for the same seed (SplitMix64).
struct RandomJSON: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func text(depth: Int = 0) -> String {
        let space = one(of: ["", " ", "\n", "\t\r"])
        return space + value(depth) + space
    }

    /// A text with a few of its bytes replaced by others that stand in one.
    mutating func damaged() -> [UInt8] {
        var bytes = Array(text().utf8)
        for _ in 0..<Int.random(in: 1...2, using: &self) {
            let place = Int.random(in: 0..<bytes.count, using: &self)
            bytes[place] = one(of: Array(#"{}[],:"\e0-1.u ntf"#.utf8))
        }
        return bytes
    }

    private mutating func one<Element>(of choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }

    private mutating func value(_ depth: Int) -> String {
        switch Int.random(in: 0..<(depth < 5 ? 9 : 6), using: &self) {
        case 0: "null"
        case 1: Bool.random(using: &self) ? "true" : "false"
        case 2: "\(Int.random(in: Int.min...Int.max, using: &self))"
        case 3: "\(Double.random(in: -1e9...1e9, using: &self))"
        case 4: one(of: ["1e3", "-0", "-0.5E-7", "12.50", "9007199254740993"])
        case 5: quoted()
        case 6, 7: "[" + elements(depth).joined(separator: ",") + "]"
        default: "{" + members(depth).joined(separator: ",") + "}"
        }
    }

    private mutating func elements(_ depth: Int) -> [String] {
        var elements: [String] = []
        for _ in 0..<Int.random(in: 0..<5, using: &self) { elements.append(text(depth: depth + 1)) }
        return elements
    }

    private mutating func members(_ depth: Int) -> [String] {
        elements(depth).enumerated().map { "\"key \($0)\\t\":" + $1 }
    }

    private mutating func quoted() -> String {
        let signs = [
            "a", "é", "漢", "😀", #"\n"#, #"\""#, #"\\"#, #"\/"#, #"\u00e9"#, #"\ud83d\ude00"#,
            #"\u0000"#,
            "\u{7F}", "a longer piece of text",
        ]
        var text = "\""
        for _ in 0..<Int.random(in: 0..<9, using: &self) {
            text += one(of: signs)
        }
        return text + "\""
    }
}
