import Foundation
import JSON
import Testing

@testable import Embedding

/// What the reference implementation gives, made by scripts/make-embedding-fixtures.py, and the model to compare with.
enum Reference {
    struct Text: Sendable {
        let text: String
        let ids: [Int32]
        let vector: [Float]
    }

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/embedding")

    static let texts: [Text] = {
        let lines = try! Data(contentsOf: folder.appending(path: "texts.jsonl")).split(separator: UInt8(ascii: "\n"))
        let vectors = Array(try! Data(contentsOf: folder.appending(path: "vectors.f32")))
        precondition(vectors.count == lines.count * 384 * 4, "one vector a text")
        return lines.enumerated().map { number, line in
            let value = try! JSONValue.parse(Array(line))
            let vector = (0..<384).map { element in
                let offset = (number * 384 + element) * 4
                return Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(vectors[offset + $1]) << (8 * $1) })
            }
            return Text(
                text: value["text"]!.string!, ids: value["ids"]!.array!.map { Int32($0.int!) }, vector: vector)
        }
    }()

    /// `$REFRAIN_MODEL`, or the standard place.
    static let modelDirectory: ModelDirectory = {
        let environment = ProcessInfo.processInfo.environment
        return environment["REFRAIN_MODEL"].map { ModelDirectory($0) } ?? .standard(environment: environment)
    }()

    private static let loaded = Result { () throws(EmbeddingError) in
        let vocabulary = try modelDirectory.open(ModelDirectory.vocabulary)
        return (
            WordPiece(vocabulary: try Vocabulary(vocabulary.bytes, path: vocabulary.path)),
            try LocalEmbedder(model: modelDirectory.path, threads: 2)
        )
    }

    /// The model's tokenizer and an embedder with two threads, loaded once for all tests.
    static func model(
        _ location: SourceLocation = #_sourceLocation
    ) throws -> (tokenizer: WordPiece, embedder: LocalEmbedder) {
        switch loaded {
        case .success(let model): return model
        case .failure(let error):
            Issue.record("the tests need the model: run `make setup` (\(error))", sourceLocation: location)
            throw error
        }
    }

    static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        var (product, leftSquare, rightSquare) = (0.0, 0.0, 0.0)
        for (left, right) in zip(left, right) {
            product += Double(left) * Double(right)
            leftSquare += Double(left) * Double(left)
            rightSquare += Double(right) * Double(right)
        }
        return product / (leftSquare * rightSquare).squareRoot()
    }
}

/// A new folder, gone when the body ends.
func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "refrain-embedding-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}
