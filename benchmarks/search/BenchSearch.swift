// Refrain's side of benchmarks/search.py.
//
//     bench-search embed QUESTIONS VECTORS           a question a line → raw float32
//     bench-search search ROWS DIMENSION QUERIES     raw float32; see SearchServer

import COpenBLAS
import Embedding
import Foundation

@main
enum BenchSearch {
    static func main() async throws {
        // One thread, as its peers have.
        openblas_set_num_threads(1)
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "embed" where arguments.count == 3:
            try await embed(questions: arguments[1], vectors: arguments[2])
        case "search" where arguments.count == 4:
            guard let dimension = Int(arguments[2]), dimension > 0 else { fail("not a dimension: \(arguments[2])") }
            try await SearchServer(rows: arguments[1], dimension: dimension, queries: arguments[3]).run()
        default:
            fail("usage: bench-search embed QUESTIONS VECTORS | search ROWS DIMENSION QUERIES")
        }
    }

    static func embed(questions: String, vectors: String) async throws {
        let lines = try String(contentsOfFile: questions, encoding: .utf8).split(separator: "\n").map(String.init)
        let model = ModelDirectory.standard(environment: ProcessInfo.processInfo.environment)
        let embedder = try LocalEmbedder(model: model.path, threads: ProcessInfo.processInfo.activeProcessorCount)
        var data = Data()
        for start in stride(from: 0, to: lines.count, by: 512) {
            for vector in try await embedder.embed(Array(lines[start..<min(lines.count, start + 512)])) {
                unsafe vector.withUnsafeBytes { unsafe data.append(contentsOf: $0) }
            }
        }
        try data.write(to: URL(fileURLWithPath: vectors))
    }

    static func fail(_ message: String) -> Never {
        FileHandle.standardError.write(Data((message + "\n").utf8))
        exit(2)
    }
}
