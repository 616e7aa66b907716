import Support

/// Rows of text set in columns.
package struct Table: Sendable {
    package enum Alignment: Sendable { case left, right }

    package struct Column: Sendable {
        let title: String
        let alignment: Alignment
        /// What it may shrink to when the terminal is too narrow; nil keeps it whole.
        let shrinksTo: Int?

        package init(_ title: String, _ alignment: Alignment = .left, shrinksTo: Int? = nil) {
            self.title = title
            self.alignment = alignment
            self.shrinksTo = shrinksTo
        }
    }

    /// A cell's text, with a style where there are colours.
    package struct Cell: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
        let text: String
        let style: Style?

        /// The text may come from anyone: what could steer a terminal is escaped.
        package init(_ text: String, _ style: Style? = nil) {
            self.text = Log.singleLine(text)
            self.style = style
        }

        package init(stringLiteral text: String) { self.init(text) }
    }

    private let columns: [Column]
    private var rows: [[Cell]] = []

    package init(_ columns: [Column]) {
        precondition(!columns.isEmpty, "a table has a column")
        self.columns = columns
    }

    /// - Precondition: as many cells as columns.
    package mutating func append(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    package mutating func append(_ texts: [String]) {
        append(texts.map { Cell($0) })
    }

    /// The header and the rows, each line ended; nothing is cut unless it goes to a terminal.
    ///
    /// Where a terminal is too narrow for the columns, each row is a block of its own instead, a line a column.
    package func text(_ presentation: Presentation) -> String {
        let header = columns.map { Cell($0.title, .bold) }
        let widths = fittedWidths(presentation.width)
        if let available = presentation.width, Table.total(widths) > available, !rows.isEmpty {
            return stacked(available, presentation)
        }
        return ([header] + rows).map { line($0, widths, presentation) }.joined()
    }

    private func stacked(_ available: Int, _ presentation: Presentation) -> String {
        let titleWidth = columns.reduce(0) { max($0, DisplayWidth.of($1.title)) }
        let valueWidth = max(1, available - titleWidth - Table.gap)
        let blocks = rows.map { row in
            zip(columns, row).map { column, cell in
                let padding = String(repeating: " ", count: titleWidth - DisplayWidth.of(column.title) + Table.gap)
                let value = column.shrinksTo == nil ? cell.text : DisplayWidth.fit(cell.text, to: valueWidth)
                let styled = cell.style.map { presentation.styled(value, $0) } ?? value
                return presentation.styled(column.title, .bold) + (value.isEmpty ? "" : padding + styled) + "\n"
            }.joined()
        }
        return blocks.joined(separator: "\n")
    }

    private static func total(_ widths: [Int]) -> Int { widths.reduce(0, +) + gap * (widths.count - 1) }

    private static let gap = 2

    /// Widths by content; on a terminal, shrinkable columns give way, the widest first.
    private func fittedWidths(_ available: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].title)) { max($0, DisplayWidth.of($1[index].text)) }
        }
        guard let available else { return widths }
        var excess = Table.total(widths) - available
        while excess > 0 {
            let shrinkable = columns.indices.filter { widths[$0] > columns[$0].shrinksTo ?? .max }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ presentation: Presentation) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let text = DisplayWidth.fit(cell.text, to: widths[index])
            let padding = String(repeating: " ", count: widths[index] - DisplayWidth.of(text))
            let styled = cell.style.map { presentation.styled(text, $0) } ?? text
            if index > 0 { line += String(repeating: " ", count: Table.gap) }
            switch columns[index].alignment {
            case .right: line += padding + styled
            case .left: line += index == cells.count - 1 ? styled : styled + padding
            }
        }
        return line + "\n"
    }
}
