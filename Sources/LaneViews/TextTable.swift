/// A table of text whose columns are as wide as what is in them. Where the line is too short,
/// columns are left out, the least important first; the first column is cut last.
package struct TextTable {
    package struct Column {
        package var title: String
        package var alignRight = true
        /// The greater, the later it is left out. The first column always stays.
        package var importance: Int

        package init(title: String, alignRight: Bool = true, importance: Int) {
            self.title = title
            self.alignRight = alignRight
            self.importance = importance
        }
    }

    private let columns: [Column]
    private var rows: [[String]] = []

    private static let gap = 2
    private static let firstMin = 8

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// - Parameter cells: one for each column; cells of other makers are made safe to print.
    package mutating func add(_ cells: [String]) {
        rows.append(cells.map(DisplayText.safe))
    }

    /// The title line and a line for each row.
    ///
    /// - Parameter width: columns of the terminal; nil for as many as it takes.
    package func lines(width: Int? = nil) -> [String] {
        let widths = columns.indices.map { column in
            rows.reduce(DisplayText.width(columns[column].title)) {
                max($0, DisplayText.width($1[column]))
            }
        }
        let shown = shown(widths, in: width)
        var fitting = widths
        if let width {
            let others = shown.dropFirst().reduce(0) { $0 + widths[$1] + Self.gap }
            fitting[0] = min(widths[0], max(1, width - others))
        }
        return ([columns.map(\.title)] + rows).map { line($0, shown, fitting) }
    }

    private func shown(_ widths: [Int], in width: Int?) -> [Int] {
        var shown = Array(columns.indices)
        guard let width else { return shown }
        while shown.count > 1 {
            let others = shown.dropFirst().reduce(0) { $0 + widths[$1] + Self.gap }
            if min(widths[0], Self.firstMin) + others <= width { break }
            let least = shown.dropFirst().min {
                (columns[$0].importance, -$0) < (columns[$1].importance, -$1)
            }
            shown.removeAll { $0 == least }
        }
        return shown
    }

    private func line(_ cells: [String], _ shown: [Int], _ widths: [Int]) -> String {
        let gap = String(repeating: " ", count: Self.gap)
        var line = shown.map {
            DisplayText.fit(cells[$0], widths[$0], alignRight: columns[$0].alignRight)
        }.joined(separator: gap)
        while line.last == " " { line.removeLast() }
        return line
    }
}
