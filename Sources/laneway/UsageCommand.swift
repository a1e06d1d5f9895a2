internal import ArgumentParser
internal import LaneViews
internal import Ledger

struct UsageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Sum up what calls used and cost, from the ledger.",
        discussion:
            "Columns for --by: \(UsageColumn.allCases.map(\.rawValue).joined(separator: ", ")).")

    @Option(help: "Sum by these columns, parted by commas.")
    var by = "caller,model"

    @Flag(help: "Print CSV.")
    var csv = false

    @OptionGroup var from: LedgerArguments

    func run() async throws {
        let columns = try columns()
        let rows = try from.reader().usage(by: columns, since: from.start())
        if from.json {
            for row in rows { Terminal.print(row.json(columns).text) }
        } else if csv {
            Terminal.print(CSV.line(columns.map(\.rawValue) + UsageRow.titles))
            for row in rows { Terminal.print(CSV.line(row.group + row.figures)) }
        } else {
            for line in table(rows, columns) { Terminal.print(line) }
        }
    }

    private func columns() throws -> [UsageColumn] {
        try by.split(separator: ",").map { word in
            let word = word.trimmingPrefix(" ")
            guard let column = UsageColumn(rawValue: String(word)) else {
                let known = UsageColumn.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--by has \(word); it takes \(known)")
            }
            return column
        }
    }

    private func table(_ rows: [UsageRow], _ columns: [UsageColumn]) -> [String] {
        if rows.isEmpty { return ["no call was recorded since \(from.since) ago"] }
        var table = TextTable(
            columns.map {
                .init(title: $0.rawValue.uppercased(), alignRight: false, importance: 9)
            } + [
                .init(title: "CALLS", importance: 8), .init(title: "FAILED", importance: 7),
                .init(title: "INPUT", importance: 5), .init(title: "CACHED", importance: 2),
                .init(title: "OUTPUT", importance: 6), .init(title: "REASONING", importance: 1),
                .init(title: "COST $", importance: 8),
            ])
        for row in rows { table.add(row.group.map { $0.isEmpty ? "-" : $0 } + row.cells) }
        return table.lines() + notes(rows)
    }

    private func notes(_ rows: [UsageRow]) -> [String] {
        let estimated = rows.reduce(0) { $0 + $1.estimated }
        let unpriced = rows.reduce(0) { $0 + $1.unpriced }
        return
            (estimated > 0
            ? ["~ in part estimated: \(estimated) attempts whose tokens nobody counted"] : [])
            + (unpriced > 0
                ? ["\(unpriced) attempts on targets without a price (prices in the configuration)"]
                : [])
    }
}

extension UsageRow {
    fileprivate static let titles = [
        "calls", "failed", "attempts", "input_tokens", "output_tokens", "cache_read_tokens",
        "cache_write_tokens", "reasoning_tokens", "estimated_attempts", "cost_usd",
        "unpriced_attempts",
    ]

    fileprivate var figures: [String] {
        [
            "\(calls)", "\(failed)", "\(attempts)", "\(inputTokens)", "\(outputTokens)",
            "\(cacheReadTokens)", "\(cacheWriteTokens)", "\(reasoningTokens)", "\(estimated)",
            Dollars.exact(costNanoUSD), "\(unpriced)",
        ]
    }

    fileprivate var cells: [String] {
        let mark = estimated > 0 ? "~" : ""
        return [
            "\(calls)", "\(failed)", "\(mark)\(inputTokens)", "\(cacheReadTokens)",
            "\(mark)\(outputTokens)", "\(reasoningTokens)",
            unpriced > 0 && costNanoUSD == 0 ? "?" : Dollars.rounded(costNanoUSD),
        ]
    }

    fileprivate func json(_ columns: [UsageColumn]) -> JSON {
        var members: [String: JSON] = [:]
        for (column, value) in zip(columns, group) { members[column.rawValue] = .text(value) }
        let numbers = [
            calls, failed, attempts, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens,
            reasoningTokens, estimated,
        ]
        for (title, number) in zip(Self.titles, numbers) { members[title] = .number(number) }
        members["unpriced_attempts"] = .number(unpriced)
        // A text, so that no reader makes a rounded number of it.
        members["cost_usd"] = .text(Dollars.exact(costNanoUSD))
        return .object(members)
    }
}

/// Billionths of a dollar as dollars.
enum Dollars {
    static func exact(_ nanos: Int64) -> String {
        let fraction = String(nanos % 1_000_000_000)
        return "\(nanos / 1_000_000_000)." + String(repeating: "0", count: 9 - fraction.count)
            + fraction
    }

    /// To a hundredth of a cent.
    static func rounded(_ nanos: Int64) -> String {
        String(exact((nanos + 50_000) / 100_000 * 100_000).dropLast(5))
    }
}

/// RFC 4180.
enum CSV {
    static func line(_ cells: [String]) -> String {
        cells.map { cell in
            let isPlain = !cell.contains { "\",\n\r".contains($0) }
            return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",")
    }
}
