import Support

/// Rows of comma-separated values (RFC 4180): quoted fields may hold commas, line ends and doubled quotes.
struct CSVParser: Sendable {
    struct Row: Sendable {
        /// The line at which it begins, counted from 1.
        let line: Int
        let content: Result<[String], RecordError>
    }

    private enum State {
        case fieldStart, unquoted, quoted
        /// A quote inside a quoted field: the end of it, or the first half of a doubled one.
        case quoteSeen
    }

    private var state = State.fieldStart
    private var fields: [String] = []
    private var field: [UInt8] = []
    private var error: RecordError?
    private var bytesInRow = 0
    private var line = 1
    private var firstLine = 1

    /// - Returns: the row that this byte ends.
    mutating func read(_ byte: UInt8) -> Row? {
        if byte == UInt8(ascii: "\n") { line += 1 }
        bytesInRow += 1
        if bytesInRow > Limits.importLineBytesMax {
            error = error ?? RecordError("the row has more than \(Limits.importLineBytesMax) bytes")
            field.removeAll()
        }
        switch (state, byte) {
        case (.quoted, UInt8(ascii: "\"")): state = .quoteSeen
        case (.quoted, _): field.append(byte)
        case (.quoteSeen, UInt8(ascii: "\"")):
            field.append(byte)
            state = .quoted
        case (.fieldStart, UInt8(ascii: "\"")): state = .quoted
        case (_, UInt8(ascii: ",")): endField()
        case (_, UInt8(ascii: "\n")): return endRow()
        case (_, UInt8(ascii: "\r")): break
        case (.quoteSeen, _):
            error = error ?? RecordError("text after a closing quote; a quote inside a field is written twice")
        default:
            field.append(byte)
            state = .unquoted
        }
        return nil
    }

    /// - Returns: the last row, if the text does not end with a line end.
    mutating func finish() -> Row? {
        if state == .quoted { error = error ?? RecordError("the quote that opens here is never closed") }
        return state == .fieldStart && fields.isEmpty ? nil : endRow()
    }

    private mutating func endField() {
        if let text = String(validating: field, as: UTF8.self) {
            fields.append(text)
        } else {
            error = error ?? RecordError("the text is not UTF-8")
        }
        field.removeAll(keepingCapacity: true)
        state = .fieldStart
    }

    private mutating func endRow() -> Row {
        endField()
        defer {
            fields = []
            error = nil
            bytesInRow = 0
            firstLine = line
        }
        return Row(line: firstLine, content: error.map { .failure($0) } ?? .success(fields))
    }
}
