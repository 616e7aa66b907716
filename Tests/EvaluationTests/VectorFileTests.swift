import Support
import Testing

@testable import Evaluation

@Suite struct VectorFileTests {
    private static let vectors: [[Float]] = [[1, 0, 0], [0, 0.6, 0.8], [-0.6, 0.8, 0]]
    private static let digests = ["a", "b", "c"].map { Digest(of: $0) }
    private static var rows: [(digest: Digest, vector: [Float])] { Array(zip(digests, vectors)) }

    @Test func whatIsAppendedIsLoaded() async throws {
        try await withFolder { folder in
            let file = try VectorFile(directory: folder + "/deep/er", embedder: "model/1", dimension: 3)
            #expect(try file.load(Set(Self.digests)).isEmpty)
            try file.append(Array(Self.rows[..<2]))
            try file.append(Array(Self.rows[2...]))
            #expect(try file.load(Set(Self.digests)) == Dictionary(uniqueKeysWithValues: Self.rows.map { ($0, $1) }))
            #expect(try file.load([Self.digests[1]]) == [Self.digests[1]: Self.vectors[1]])
            #expect(file.path == folder + "/deep/er/model_1.vectors")
        }
    }

    @Test func aCutRowIsGoneAndADamagedOnePassedOver() async throws {
        try await withFolder { folder in
            let file = try VectorFile(directory: folder, embedder: "m", dimension: 3)
            try file.append(Self.rows)
            let whole = try bytes(of: file.path)
            for cut in [1, 40, 43] {
                try write(Array(whole.dropLast(cut)), to: file.path)
                #expect(try file.load(Set(Self.digests)).count == 2)
                try file.append(Array(Self.rows[2...]))
                #expect(try bytes(of: file.path) == whole)
            }
            var damaged = whole
            // The exponent of the first vector's 1.
            damaged[32 + 3] = 0x7F
            try write(damaged, to: file.path)
            #expect(try file.load(Set(Self.digests)).count == 2)
        }
    }

    @Test func aFileThatCannotBeWrittenIsAnError() async throws {
        try await withFolder { folder in
            try write([], to: folder + "/file")
            #expect(throws: FileProblem.self) {
                try VectorFile(directory: folder + "/file/below", embedder: "m", dimension: 3)
            }
        }
    }

    @Test func preparedTextsAreEmbeddedOnce() async throws {
        try await withFolder { folder in
            let file = try VectorFile(directory: folder, embedder: "plain/1", dimension: 256)
            let texts = (0..<150).map { "question number \($0)" }
            let first = PlainEmbedder()
            let prepared = try await PreparedEmbedder.prepare(texts, first, file) { _ in }
            #expect(first.texts == 150)
            let second = PlainEmbedder()
            let more = texts + ["another question"]
            var progress: [Int] = []
            let again = try await PreparedEmbedder.prepare(more, second, file) { progress.append($0) }
            #expect(second.texts == 1 && progress == [151])
            #expect(try await again.embed(texts) == prepared.embed(texts))
        }
    }
}
