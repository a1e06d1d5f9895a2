import Decoding
import Seeded

/// Any JSON, as Foundation reads it and as we do.
enum AnyJSON: Decodable, JSONReadable, Equatable {
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

    init(json: JSONPlace) throws {
        switch json.kind {
        case .null: self = .null
        case .truth: self = .truth(try json.truth())
        case .number: self = .number(try Double(json: json))
        case .text: self = .text(try json.text())
        case .list: self = .list(try [AnyJSON](json: json))
        case .object: self = .object(try [String: AnyJSON](json: json))
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

/// Writes texts of JSON by chance, the same ones for the same seed.
struct RandomJSON {
    private var random: Seeded

    init(seed: UInt64) {
        random = Seeded(seed: seed)
    }

    mutating func text(depth: Int = 0) -> String {
        let space = one(of: ["", " ", "\n", "\t\r"])
        return space + value(depth) + space
    }

    /// A text with a few of its bytes replaced by others that stand in one.
    mutating func damaged() -> [UInt8] {
        var bytes = Array(text().utf8)
        for _ in 0..<Int.random(in: 1...2, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] = one(of: Array(#"{}[],:"\e0-1.u ntf"#.utf8))
        }
        return bytes
    }

    private mutating func one<Element>(of choices: [Element]) -> Element {
        choices[Int.random(in: 0..<choices.count, using: &random)]
    }

    private mutating func value(_ depth: Int) -> String {
        switch Int.random(in: 0..<(depth < 5 ? 9 : 6), using: &random) {
        case 0: "null"
        case 1: Bool.random(using: &random) ? "true" : "false"
        case 2: "\(Int.random(in: Int.min...Int.max, using: &random))"
        case 3: "\(Double.random(in: -1e9...1e9, using: &random))"
        case 4: one(of: ["1e3", "-0", "-0.5E-7", "12.50", "9007199254740993"])
        case 5: quoted()
        case 6, 7: "[" + elements(depth).joined(separator: ",") + "]"
        default: "{" + members(depth).joined(separator: ",") + "}"
        }
    }

    private mutating func elements(_ depth: Int) -> [String] {
        var elements: [String] = []
        for _ in 0..<Int.random(in: 0..<5, using: &random) {
            elements.append(text(depth: depth + 1))
        }
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
        for _ in 0..<Int.random(in: 0..<9, using: &random) {
            text += one(of: signs)
        }
        return text + "\""
    }
}
