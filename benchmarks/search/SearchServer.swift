import Foundation
import Search

/// An index of the rows of a file, searched as it is told on stdin.
///
/// It writes one JSON line when the index stands, then one for each line `FLOOR LIMIT FIRST COUNT`: the time that each
/// of these queries took, and what it found. With a fifth word, `TOGETHER`, so many are always under way at once, and it
/// writes the time that all of them took.
struct SearchServer {
    private let rows: Data
    private let queries: Data
    private let dimension: Int
    private let clock = ContinuousClock()

    init(rows: String, dimension: Int, queries: String) throws {
        self.rows = try Data(contentsOf: URL(fileURLWithPath: rows), options: .alwaysMapped)
        self.queries = try Data(contentsOf: URL(fileURLWithPath: queries), options: .alwaysMapped)
        self.dimension = dimension
    }

    func run() async throws {
        let index = build()
        while let line = readLine() {
            let fields = line.split(separator: " ")
            guard fields.count >= 4, let floor = Float(fields[0]), let limit = Int(fields[1]),
                let first = Int(fields[2]), let count = Int(fields[3])
            else { BenchSearch.fail("not FLOOR LIMIT FIRST COUNT: \(line)") }
            if fields.count == 5, let together = Int(fields[4]) {
                let time = await clock.measure {
                    await search(index, first..<(first + count), floor, limit, together: together)
                }
                emit("{\"ns\": \(nanoseconds(time))}")
                continue
            }
            var answers: [String] = []
            forEachVector(of: queries, first..<(first + count)) { _, query in
                var matches: [Match] = []
                let time = clock.measure { matches = index.search(query, floor: floor, limit: limit) }
                let ids = matches.map { String($0.id) }.joined(separator: ",")
                let scores = matches.map { String($0.similarity) }.joined(separator: ",")
                answers.append("{\"ns\": \(nanoseconds(time)), \"ids\": [\(ids)], \"scores\": [\(scores)]}")
            }
            emit("[\(answers.joined(separator: ", "))]")
        }
    }

    private func search(_ index: VectorIndex, _ range: Range<Int>, _ floor: Float, _ limit: Int, together: Int) async {
        var vectors: [[Float]] = []
        forEachVector(of: queries, range) { _, query in vectors.append((0..<dimension).map { query[$0] }) }
        let all = vectors
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<together {
                group.addTask {
                    for query in stride(from: caller, to: all.count, by: together) {
                        _ = await index.searchInPass(all[query], floor: floor, limit: limit)
                    }
                }
            }
        }
    }

    private func build() -> VectorIndex {
        warmUp()
        let count = rows.count / MemoryLayout<Float>.size / dimension
        var additions = [Int](repeating: 0, count: count)
        for row in additions.indices { additions[row] = row }
        let before = memoryBytes()
        let index = VectorIndex(dimension: dimension)
        let added = clock.measure {
            forEachVector(of: rows, 0..<count) { row, vector in
                additions[row] = nanoseconds(clock.measure { index.add(Int64(row), vector) })
            }
        }
        let fitted = clock.measure { index.fit() }
        let bytes = memoryBytes() - before
        additions.sort()
        emit(
            """
            {"rows": \(index.count), "bytes": \(bytes), "add_seconds": \(Double(nanoseconds(added)) / 1e9), \
            "add_median_ns": \(additions[count / 2]), "add_p99_ns": \(additions[count * 99 / 100]), \
            "fit_seconds": \(Double(nanoseconds(fitted)) / 1e9)}
            """)
        return index
    }

    /// A small index comes and goes, so that what the libraries allocate once does not count for the rows.
    private func warmUp() {
        let index = VectorIndex(dimension: dimension)
        forEachVector(of: rows, 0..<min(2_000, rows.count / MemoryLayout<Float>.size / dimension)) {
            index.add(Int64($0), $1)
        }
        index.fit()
    }

    private func forEachVector(of data: Data, _ range: Range<Int>, _ body: (Int, Span<Float>) -> Void) {
        unsafe data.withUnsafeBytes { bytes in
            let floats = unsafe bytes.bindMemory(to: Float.self)
            for row in range {
                unsafe body(
                    row, UnsafeBufferPointer(rebasing: floats[(row * dimension)..<((row + 1) * dimension)]).span)
            }
        }
    }

    private func memoryBytes() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") }
        return line.flatMap { Int($0.split(separator: " ").dropLast().last ?? "") }.map { $0 << 10 } ?? 0
    }

    private func nanoseconds(_ duration: Duration) -> Int {
        Int(duration.components.seconds) * 1_000_000_000 + Int(duration.components.attoseconds / 1_000_000_000)
    }

    private func emit(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
