package import JSON
import Support

/// A record of a file, or why a line is none.
package struct Record: Sendable {
    /// The line at which it begins, counted from 1.
    package let line: Int
    package let content: Result<JSONValue, RecordError>
}

/// Why a line holds no record.
package struct RecordError: ExplainedError, Equatable {
    package let what: String

    package init(_ what: String) { self.what = what }
}

/// Cuts the bytes of a file, as they come, into records.
///
/// A value: bytes go in piece by piece, records come out; a bad line is a record of its own and harms no other.
package struct RecordReader: Sendable {
    private var csv: CSVParser?
    private var names: [String]?
    private var pending: [UInt8] = []
    private var line = 1
    private var isStart = true

    package init(_ format: RecordFormat) {
        csv = format == .csv ? CSVParser() : nil
    }

    /// The records that these bytes complete.
    package mutating func read(_ bytes: some Collection<UInt8>) -> [Record] {
        pending += bytes
        if isStart, pending.count >= 3 {
            isStart = false
            // The byte order mark that spreadsheets put before UTF-8.
            if pending.starts(with: [0xEF, 0xBB, 0xBF]) { pending.removeFirst(3) }
        }
        return isStart ? [] : takeComplete()
    }

    /// The record that the end of the file completes, if any.
    package mutating func finish() -> [Record] {
        if pending.starts(with: [0xEF, 0xBB, 0xBF]), isStart { pending.removeFirst(3) }
        isStart = false
        var records = takeComplete()
        if csv != nil {
            if let row = csv!.finish() { records += record(of: row) }
        } else if !pending.isEmpty {
            records += record(ofLine: pending[...])
            pending = []
        }
        return records
    }

    private mutating func takeComplete() -> [Record] {
        let bytes = pending
        pending = []
        if csv != nil { return bytes.flatMap { byte in csv!.read(byte).map { record(of: $0) } ?? [] } }
        var records: [Record] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            records += record(ofLine: rest[..<end])
            rest = rest[(end + 1)...]
        }
        pending = Array(rest)
        return records
    }

    private mutating func record(ofLine bytes: ArraySlice<UInt8>) -> [Record] {
        defer { line += 1 }
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return [] }
        guard bytes.count <= Limits.importLineBytesMax else {
            return [failure(line, "the line has more than \(Limits.importLineBytesMax) bytes")]
        }
        do {
            let value = try JSONValue.parse(Array(bytes), depthMax: Limits.jsonDepthMax)
            guard value.object != nil else { return [failure(line, "expected a JSON object, found \(value.kind)")] }
            return [Record(line: line, content: .success(value))]
        } catch {
            return [failure(line, error.description)]
        }
    }

    private mutating func record(of row: CSVParser.Row) -> [Record] {
        switch row.content {
        case .failure(let error): return [Record(line: row.line, content: .failure(error))]
        case .success(let fields):
            if fields == [""] { return [] }
            guard let names else {
                self.names = fields
                return []
            }
            guard fields.count == names.count else {
                return [failure(row.line, "\(fields.count) fields where the first line names \(names.count)")]
            }
            return [Record(line: row.line, content: .success(RecordReader.object(names, fields)))]
        }
    }

    /// Empty fields are left out; `tags` are separated by semicolons; `ttl_seconds` is a number.
    private static func object(_ names: [String], _ fields: [String]) -> JSONValue {
        var object = JSONObject()
        for (name, field) in zip(names, fields) where !field.isEmpty {
            switch name {
            case "tags":
                object[name] = .array(
                    field.split(separator: ";").map { tag in
                        .string(String(tag.drop { $0 == " " }))
                    })
            case "ttl_seconds": object[name] = Int(field).map { .number($0) } ?? .string(field)
            default: object[name] = .string(field)
            }
        }
        return .object(object)
    }

    private func failure(_ line: Int, _ what: String) -> Record {
        Record(line: line, content: .failure(RecordError(what)))
    }
}
