import JSON
import Records
import Support

/// Reads files of labels: JSON lines or CSV, packed with gzip or not.
///
/// Rows are `{a, b, same}`, two questions and whether they ask the same, or `{text, class}`; a text without a class
/// belongs to none.
package struct LabelReader {
    /// A row that is none, left out.
    package struct BadRow: Sendable, Equatable {
        package let path: String
        package let line: Int
        package let reason: String
    }

    private var builder = LabelledTexts.Builder()
    private var files = 0
    package private(set) var badRows: [BadRow] = []

    package init() {}

    /// - Parameter path: `-` is standard input.
    package mutating func read(_ path: String) throws {
        let file = try FileReader(path)
        let unpacked = path.lowercased().hasSuffix(".gz") ? String(path.dropLast(3)) : path
        var reader = RecordReader(RecordFormat.of(path: unpacked))
        var gzip = GzipDecoder()
        var head = try file.read()
        // A pipe may give the two bytes that tell the format one by one.
        while head.count == 1 {
            let next = try file.read()
            if next.isEmpty { break }
            head += next
        }
        let isPacked = head.starts(with: [0x1F, 0x8B])
        var bytes = head
        while !bytes.isEmpty {
            take(reader.read(isPacked ? try gzip.decode(bytes) : bytes), path)
            bytes = try file.read()
        }
        try gzip.finish()
        take(reader.finish(), path)
        files += 1
    }

    /// - Throws: when no row could be used.
    package mutating func finish() throws(DataError) -> LabelledTexts {
        let labelled = builder.build()
        guard !labelled.texts.isEmpty else {
            throw DataError(
                "the data hold no labelled question",
                remedy: "give rows of a, b and same (true or false), or of text and class")
        }
        return labelled
    }

    private mutating func take(_ records: [Record], _ path: String) {
        for record in records {
            do throws(RecordError) {
                try add(record.content.get())
            } catch {
                badRows.append(BadRow(path: path, line: record.line, reason: error.what))
            }
        }
    }

    private mutating func add(_ row: JSONValue) throws(RecordError) {
        if row["text"] != nil {
            builder.addClassified(
                try LabelReader.text(row, "text"), class: try LabelReader.className(row["class"]), file: files)
        } else if row["a"] != nil || row["b"] != nil {
            let (first, second) = (try LabelReader.text(row, "a"), try LabelReader.text(row, "b"))
            builder.addPair(first, second, isSame: try LabelReader.truth(row["same"]))
        } else {
            throw RecordError("expected a, b and same, or text and class")
        }
    }

    private static func text(_ row: JSONValue, _ name: String) throws(RecordError) -> String {
        guard let text = row[name]?.string, !text.isEmpty else { throw RecordError("\(name) is not a text") }
        guard text.utf8.count <= Limits.questionBytesMax else {
            throw RecordError("\(name) has more than \(Limits.questionBytesMax) bytes")
        }
        return text
    }

    private static func className(_ value: JSONValue?) throws(RecordError) -> String? {
        switch value {
        case nil, .null: nil
        case .string(let name): name
        case .number(let number): number.text
        case .some(let value): throw RecordError("class is \(value.kind)")
        }
    }

    /// `true` and `false`, `1` and `0`; CSV has them as texts.
    private static func truth(_ value: JSONValue?) throws(RecordError) -> Bool {
        switch value {
        case .bool(let truth): return truth
        case .number(let number) where number.text == "1" || number.text == "0": return number.text == "1"
        case .string(let text):
            switch text.lowercased() {
            case "true", "1": return true
            case "false", "0": return false
            default: break
            }
        default: break
        }
        throw RecordError("same is neither true nor false")
    }
}
