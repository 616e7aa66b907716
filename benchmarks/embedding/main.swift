import Embedding
import FoundationEssentials
import Glibc
import JSON

// Times the embedding model, tokenizer and queue included: for each line of standard input, a JSON array of calls that
// are made at the same time, each an array of texts, it prints `{"ms", "vectors"}`, the vectors only when told to.
//
//     bench-embedding THREADS [--vectors] [--bfloat16]

func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
}

let arguments = CommandLine.arguments.dropFirst()
guard let threads = arguments.first.flatMap({ Int($0) }), threads > 0 else {
    fatalError("usage: bench-embedding THREADS [--vectors] [--bfloat16]")
}
let environment = ProcessInfo.processInfo.environment
let directory = environment["REFRAIN_MODEL"] ?? ModelDirectory.standard(environment: environment).path
let precision = arguments.contains("--bfloat16") ? Precision.bfloat16 : .float32
let embedder = try LocalEmbedder(model: directory, threads: threads, precision: precision)

while let line = readLine() {
    guard let calls = try JSONValue.parse(Array(line.utf8)).array else { fatalError("a line is an array of calls") }
    let texts = calls.map { ($0.array ?? []).map { $0.string ?? "" } }
    var vectors = [[[Float]]](repeating: [], count: texts.count)
    let start = ContinuousClock.now
    if texts.count == 1 {
        vectors[0] = try await embedder.embed(texts[0])
    } else {
        try await withThrowingTaskGroup(of: (Int, [[Float]]).self) { group in
            for (index, texts) in texts.enumerated() {
                group.addTask { (index, try await embedder.embed(texts)) }
            }
            for try await (index, result) in group { vectors[index] = result }
        }
    }
    let elapsed = milliseconds(ContinuousClock.now - start)
    var reply: [String] = ["\"ms\": \(elapsed)"]
    if arguments.contains("--vectors") { reply.append("\"vectors\": \(vectors.flatMap { $0 })") }
    print("{\(reply.joined(separator: ", "))}")
    fflush(nil)
}
