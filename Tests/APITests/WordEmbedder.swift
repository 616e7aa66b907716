import Embedding
import Synchronization

/// An embedder with an axis a word: the cosine of two texts is the share of words they have in common.
final class WordEmbedder: Embedder {
    struct Failure: Error {}

    let identity = EmbedderIdentity(name: "words/1", dimension: 64)
    private let state = Mutex<(axes: [String: Int], fails: Bool)>(([:], false))

    func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

    func embed(_ texts: [String]) async throws -> [[Float]] {
        try state.withLock { state in
            if state.fails { throw Failure() }
            return texts.map { text in
                var vector = [Float](repeating: 0, count: identity.dimension)
                for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
                    let axis = state.axes[String(word)] ?? state.axes.count
                    state.axes[String(word)] = axis
                    vector[axis % identity.dimension] = 1
                }
                let length = vector.reduce(0, +).squareRoot()
                return length == 0 ? [1] + vector.dropFirst() : vector.map { $0 / length }
            }
        }
    }
}
