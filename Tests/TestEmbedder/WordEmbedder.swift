package import Embedding
import Synchronization

/// An embedder whose similarity can be counted on one's fingers: one axis a word, so that the cosine of two texts is the
/// share of words they have in common.
package final class WordEmbedder: Embedder {
    package struct Failure: Error {}

    package let identity: EmbedderIdentity

    package init(name: String = "words", dimension: Int = 64) {
        identity = EmbedderIdentity(name: name, dimension: dimension)
    }

    private let state = Mutex<(axes: [String: Int], calls: Int, fails: Bool)>(([:], 0, false))

    /// Texts embedded so far.
    package var calls: Int { state.withLock { $0.calls } }

    package func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

    package func embed(_ texts: [String]) async throws -> [[Float]] {
        try state.withLock { state in
            if state.fails { throw Failure() }
            state.calls += texts.count
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
