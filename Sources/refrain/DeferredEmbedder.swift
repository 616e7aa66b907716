import Embedding
import Synchronization

/// The local embedder, loaded when the first text comes: most offline commands never embed one.
final class DeferredEmbedder: Embedder {
    private let modelDirectory: String
    private let threads: Int
    private let precision: Precision
    private let loaded = Mutex<LocalEmbedder?>(nil)

    init(model directory: String, threads: Int, precision: Precision) {
        modelDirectory = directory
        self.threads = threads
        self.precision = precision
    }

    var identity: EmbedderIdentity { LocalEmbedder.identity }

    func embed(_ texts: [String]) async throws -> [[Float]] {
        try await embedder().embed(texts)
    }

    private func embedder() throws -> LocalEmbedder {
        try loaded.withLock { loaded in
            if let embedder = loaded { return embedder }
            let embedder = try LocalEmbedder(model: modelDirectory, threads: threads, precision: precision)
            loaded = embedder
            return embedder
        }
    }
}
