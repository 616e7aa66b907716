import Glibc
package import JSON
import Support

/// A file with one JSON object a line; empty lines are passed over.
package enum JSONLines {
    package static func read(_ path: String) throws(JSONLinesError) -> [(line: Int, value: JSONValue)] {
        try parse(try bytes(of: path), name: path)
    }

    package static func parse(_ bytes: [UInt8], name: String) throws(JSONLinesError) -> [(line: Int, value: JSONValue)]
    {
        var rows: [(line: Int, value: JSONValue)] = []
        for (index, line) in bytes.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            guard line.contains(where: { $0 > 32 }) else { continue }
            do throws(JSONError) {
                rows.append((index + 1, try JSONValue.parse(Array(line))))
            } catch {
                throw JSONLinesError(what: "line \(index + 1) of \(name) is not JSON", why: error.description)
            }
        }
        return rows
    }

    private static func bytes(of path: String) throws(JSONLinesError) -> [UInt8] {
        guard let file = unsafe fopen(path, "rb") else { throw JSONLinesError(cannotRead: path) }
        defer { unsafe _ = fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe fread(&piece, 1, piece.count, file)
            if count == 0 { break }
            bytes += piece[..<count]
        }
        guard unsafe ferror(file) == 0 else { throw JSONLinesError(cannotRead: path) }
        return bytes
    }
}

/// Why a file of JSON lines cannot be used.
package struct JSONLinesError: ExplainedError, Equatable {
    package let what: String
    package let why: String?

    init(what: String, why: String?) {
        self.what = what
        self.why = why
    }

    init(cannotRead path: String) {
        what = "cannot read \(path)"
        why = unsafe String(cString: strerror(errno))
    }

    init(line: Int, expected: String) {
        what = "line \(line) has none of the expected members"
        why = "expected \(expected)"
    }
}
