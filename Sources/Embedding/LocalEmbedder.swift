import Glibc
import Support
import Synchronization

/// all-MiniLM-L6-v2 in this process, on threads of its own.
package final class LocalEmbedder: Embedder {
    package static let identity = EmbedderIdentity(
        name: "all-MiniLM-L6-v2/" + ModelDirectory.weights.digest.prefix(12), dimension: MiniLM.Shape.hidden)

    private struct State {
        var queue: EmbeddingQueue
        var isStopped = false
    }

    private let state: Monitor<State>
    private let lastCall = Atomic<EmbeddingQueue.CallID>(0)

    package var identity: EmbedderIdentity { LocalEmbedder.identity }

    /// Loads the model and starts the threads, which end when the embedder is gone.
    ///
    /// - Parameters:
    ///   - directory: where model.safetensors and vocab.txt are; see `ModelDirectory.standard`.
    ///   - threads: texts worked on at once; each thread keeps a core busy while there is work.
    ///   - precision: one that this processor has.
    /// - Throws: when a model file is missing or not the right one, or the system gives no threads.
    package init(
        model directory: String, threads: Int, precision: Precision = .float32
    ) throws(EmbeddingError) {
        precondition(threads > 0, "at least one thread")
        precondition(precision.isAvailable, "a precision that the processor has")
        let directory = ModelDirectory(directory)
        let vocabulary = try directory.open(ModelDirectory.vocabulary)
        let tokenizer = WordPiece(vocabulary: try Vocabulary(vocabulary.bytes, path: vocabulary.path))
        let model = try MiniLM(try SafeTensors(try directory.open(ModelDirectory.weights)), precision)
        let state = Monitor(State(queue: EmbeddingQueue(workers: threads)))
        self.state = state
        for _ in 0..<threads {
            let result = BackgroundThread.start { LocalEmbedder.work(state, tokenizer, model) }
            guard result == 0 else {
                throw EmbeddingError(
                    .noThread, "cannot start a thread for embedding", why: unsafe String(cString: strerror(result)),
                    remedy: "raise the process's limit of threads")
            }
        }
    }

    deinit {
        state.change { $0.isStopped = true }
    }

    package func embed(_ texts: [String]) async throws -> [[Float]] {
        guard !texts.isEmpty else { return [] }
        try Task.checkCancellation()
        let call = lastCall.add(1, ordering: .relaxed).newValue
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                do throws(EmbeddingError) {
                    try state.change { state throws(EmbeddingError) in
                        try state.queue.add(texts, of: call) { continuation.resume(with: $0) }
                    }
                } catch {
                    continuation.resume(throwing: error)
                }
                // A cancellation between the check and this point found no call to cancel.
                if Task.isCancelled { cancel(call) }
            }
        } onCancel: {
            cancel(call)
        }
    }

    private func cancel(_ call: EmbeddingQueue.CallID) {
        let reply = state.change { $0.queue.cancel(call) }
        reply?()
    }

    /// A worker thread's life.
    private static func work(_ state: Monitor<State>, _ tokenizer: WordPiece, _ model: MiniLM) {
        var scratch = MiniLM.Scratch(model.precision)
        while true {
            let batch = state.wait { state -> [EmbeddingQueue.Item]? in
                if state.isStopped { return [] }
                let batch = state.queue.take()
                return batch.isEmpty ? nil : batch
            }
            if batch.isEmpty { return }
            let vectors = model.embed(batch.map { tokenizer.encode($0.text) }, &scratch)
            let replies = state.change { $0.queue.finish(batch, vectors) }
            for reply in replies { reply() }
        }
    }
}
