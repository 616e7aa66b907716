import Embedding
import Synchronization

/// One axis a word, so that the cosine of two texts with one number of different words is the share they have in common.
final class PlainEmbedder: Embedder {
    let identity = EmbedderIdentity(name: "plain/1", dimension: 256)
    private let state = Mutex<(axes: [String: Int], texts: Int)>(([:], 0))

    /// Texts embedded so far.
    var texts: Int { state.withLock { $0.texts } }

    func embed(_ texts: [String]) async throws -> [[Float]] {
        state.withLock { state in
            state.texts += texts.count
            return texts.map { text in
                var vector = [Float](repeating: 0, count: identity.dimension)
                for word in text.split(separator: " ") {
                    let axis = state.axes[String(word)] ?? state.axes.count
                    state.axes[String(word)] = axis
                    vector[axis] = 1
                }
                let length = vector.reduce(0, +).squareRoot()
                return vector.map { $0 / length }
            }
        }
    }
}
