import COpenBLAS
import Cache
import Embedding
import Models
import Support

/// Replays a stream through policies that need nothing but similarities, all of them in step.
///
/// The similarities of a block of requests to all texts seen so far are one matrix product, from which every policy
/// picks the nearest of the entries it holds. The search is exact. A request's time is its share of the product and the
/// policy's own pick and decision.
struct BaselineReplay {
    private struct Run {
        var policy: any BaselinePolicy
        var tally: Tally
        /// Rows, in the order in which they were stored.
        var entries: [Int] = []
        var isStored: [Bool]
    }

    /// Requests of one product: enough for BLAS to run at full speed.
    private static let requestsPerBlock = 64

    private let labelled: LabelledTexts
    private let stream: [Int]
    private let models: PlayedModels
    /// Texts in the order of their first request: a row each.
    private let textOfRow: [Int]
    private let rowOfText: [Int: Int]
    /// `[rows × dimension]`.
    private let vectors: [Float]
    private let dimension: Int

    init(_ labelled: LabelledTexts, stream: [Int], _ embedder: PreparedEmbedder, _ models: PlayedModels) {
        self.labelled = labelled
        self.stream = stream
        self.models = models
        dimension = embedder.identity.dimension
        var textOfRow: [Int] = []
        var rowOfText: [Int: Int] = [:]
        for text in stream where rowOfText[text] == nil {
            rowOfText[text] = textOfRow.count
            textOfRow.append(text)
        }
        self.textOfRow = textOfRow
        self.rowOfText = rowOfText
        var vectors: [Float] = []
        vectors.reserveCapacity(textOfRow.count * dimension)
        for text in textOfRow { vectors += embedder[labelled.texts[text]] }
        self.vectors = vectors
    }

    /// - Parameter progress: told how many requests are done.
    func run(_ policies: [any BaselinePolicy], progress: (Int) -> Void) -> [PolicyResult] {
        // The other threads of the machine may be others'; and a product's last bits must not hang on their number.
        openblas_set_num_threads(1)
        var runs = policies.map { policy in
            Run(
                policy: policy, tally: Tally(policy: policy.name, labelled),
                isStored: [Bool](repeating: false, count: textOfRow.count))
        }
        var rowsSeen = 0
        for start in stride(from: 0, to: stream.count, by: BaselineReplay.requestsPerBlock) {
            let block = stream[start..<min(start + BaselineReplay.requestsPerBlock, stream.count)].map(row)
            rowsSeen = max(rowsSeen, (block.max() ?? -1) + 1)
            let watch = Stopwatch()
            let scores = similarities(block, rowsSeen)
            let share = watch.milliseconds / Double(block.count)
            for (index, row) in block.enumerated() {
                let own = scores[(index * rowsSeen)..<((index + 1) * rowsSeen)]
                for run in runs.indices { answer(row, own, productMilliseconds: share, &runs[run]) }
            }
            progress(start + block.count)
        }
        return runs.map { $0.tally.finish() }
    }

    private func row(_ text: Int) -> Int {
        guard let row = rowOfText[text] else { preconditionFailure("a request whose text has no row") }
        return row
    }

    /// Cosines of the block's requests with the first rows: `[block × rows]`.
    private func similarities(_ block: [Int], _ rows: Int) -> [Float] {
        var queries: [Float] = []
        for row in block { queries += vectors[(row * dimension)..<((row + 1) * dimension)] }
        var scores = [Float](repeating: 0, count: block.count * rows)
        unsafe cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, blasint(block.count), blasint(rows), blasint(dimension), 1,
            queries, blasint(dimension), vectors, blasint(dimension), 0, &scores, blasint(rows))
        return scores
    }

    private func answer(_ row: Int, _ scores: ArraySlice<Float>, productMilliseconds: Double, _ run: inout Run) {
        let watch = Stopwatch()
        let text = textOfRow[row]
        let cost = models.fullCost(of: labelled.texts[text])
        var isServed = false
        var isStored = true
        let nearest = BaselineReplay.nearest(run.entries, scores)
        if let (entry, similarity) = nearest {
            isServed = run.policy.serves(entry, similarity: similarity)
            if !isServed {
                let isSame = labelled.relation(text, textOfRow[entry]) == .same
                isStored = run.policy.learn(entry, similarity: similarity, isSame: isSame)
            }
        }
        if !isServed, isStored, !run.isStored[row] {
            run.isStored[row] = true
            run.entries.append(row)
        }
        run.tally.add(
            text,
            Tally.Outcome(
                served: isServed ? nearest.map { textOfRow[$0.entry] } : nil, spent: isServed ? .zero : cost,
                milliseconds: productMilliseconds + watch.milliseconds),
            fullCost: cost)
    }

    /// The entry with the highest score; of equals the one stored first.
    private static func nearest(_ entries: [Int], _ scores: ArraySlice<Float>) -> (entry: Int, similarity: Double)? {
        guard var best = entries.first else { return nil }
        let scores = scores.span
        for entry in entries where scores[entry] > scores[best] { best = entry }
        return (best, Double(scores[best]))
    }
}
