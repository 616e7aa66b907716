// Refrain's side of benchmarks/search.py: builds an index of the rows of a file, then searches as it is told on stdin.
//
//     bench-search ROWS DIMENSION QUERIES
//
// Files are raw float32. It writes one JSON line when the index stands, then one for each line `FLOOR LIMIT FIRST COUNT`:
// the time of each of these queries and what it found.

import Foundation
import Search

func memoryBytes() -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
    return line.flatMap { Int($0.split(separator: " ").dropLast().last ?? "") }.map { $0 << 10 } ?? 0
}

func nanoseconds(_ duration: Duration) -> Int {
    Int(duration.components.seconds) * 1_000_000_000 + Int(duration.components.attoseconds / 1_000_000_000)
}

func forEachRow(_ data: Data, _ dimension: Int, _ body: (Int, Span<Float>) -> Void) {
    unsafe data.withUnsafeBytes { bytes in
        let floats = unsafe bytes.bindMemory(to: Float.self)
        for row in 0..<(floats.count / dimension) {
            unsafe body(row, UnsafeBufferPointer(rebasing: floats[(row * dimension)..<((row + 1) * dimension)]).span)
        }
    }
}

func emit(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}

guard CommandLine.arguments.count == 4, let dimension = Int(CommandLine.arguments[2]) else {
    FileHandle.standardError.write(Data("usage: bench-search ROWS DIMENSION QUERIES\n".utf8))
    exit(2)
}
let rows = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]), options: .alwaysMapped)
let queries = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[3]), options: .alwaysMapped)
let clock = ContinuousClock()

let before = memoryBytes()
let index = VectorIndex(dimension: dimension)
var additions: [Int] = []
let added = clock.measure {
    forEachRow(rows, dimension) { row, vector in
        additions.append(nanoseconds(clock.measure { index.add(Int64(row), vector) }))
    }
}
additions.sort()
let fitted = clock.measure { index.fit() }
emit(
    """
    {"rows": \(index.count), "bytes": \(memoryBytes() - before), "add_seconds": \(Double(nanoseconds(added)) / 1e9), \
    "add_median_ns": \(additions[additions.count / 2]), "add_p99_ns": \(additions[additions.count * 99 / 100]), \
    "fit_seconds": \(Double(nanoseconds(fitted)) / 1e9)}
    """)

let queryCount = queries.count / MemoryLayout<Float>.size / dimension
while let line = readLine() {
    let fields = line.split(separator: " ")
    guard fields.count == 4, let floor = Float(fields[0]), let limit = Int(fields[1]), let first = Int(fields[2]),
        let count = Int(fields[3]), first + count <= queryCount
    else {
        FileHandle.standardError.write(Data("not FLOOR LIMIT FIRST COUNT: \(line)\n".utf8))
        exit(2)
    }
    var results: [String] = []
    forEachRow(queries, dimension) { row, vector in
        guard (first..<(first + count)).contains(row) else { return }
        var matches: [Match] = []
        let time = clock.measure { matches = index.search(vector, floor: floor, limit: limit) }
        let ids = matches.map { String($0.id) }.joined(separator: ",")
        let scores = matches.map { String($0.similarity) }.joined(separator: ",")
        results.append("{\"ns\": \(nanoseconds(time)), \"ids\": [\(ids)], \"scores\": [\(scores)]}")
    }
    emit("[\(results.joined(separator: ", "))]")
}
