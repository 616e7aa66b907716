import COpenBLAS
import CSieve

/// One search on its way through the blocks.
struct Scan {
    private(set) var best: BestMatches
    private let kernel: csieve_kernel
    /// Whether heads have to come from memory.
    private let isFarAway: Bool
    /// The query as the generation last met sees it; while a new one spreads, blocks have either.
    private var sieveQuery: SieveQuery?
    private var survivors: [UInt16] = []
    private var scores: [Float] = []

    init(floor: Float, limit: Int, kernel: csieve_kernel, isFarAway: Bool) {
        best = BestMatches(floor: floor, limit: limit)
        self.kernel = kernel
        self.isFarAway = isFarAway
    }

    mutating func visit(_ rows: borrowing BlockRows, query: Span<Float>) {
        guard rows.count > 0 else { return }
        if let heads = rows.heads {
            sift(rows, heads, query)
        } else {
            scoreAll(rows, query)
        }
    }

    private mutating func sift(_ rows: borrowing BlockRows, _ heads: Heads, _ query: Span<Float>) {
        if sieveQuery?.sieve !== heads.sieve { sieveQuery = heads.sieve.encode(query: query) }
        if survivors.isEmpty { survivors = Array(repeating: 0, count: BlockRows.rowsMax) }
        let found = sieveQuery!.sift(
            heads, rows: rows.count, isFarAway: isFarAway, threshold: best.threshold, kernel: kernel,
            survivors: &survivors)
        guard found > 0 else { return }
        let dimension = rows.dimension
        unsafe query.withUnsafeBufferPointer { query in
            let vectors = unsafe rows.vectors.baseAddress!
            // Survivors stand apart; waiting for memory at each would take longer than its product. Once the processor has
            // the beginning, it asks for the rest by itself.
            let ahead = 4
            for step in 0..<found + ahead {
                if step < found {
                    unsafe csieve_prefetch(vectors + Int(survivors[step]) * dimension, 128)
                }
                guard step >= ahead else { continue }
                let slot = Int(survivors[step - ahead])
                let score = unsafe cblas_sdot(
                    blasint(dimension), vectors + slot * dimension, 1, query.baseAddress, 1)
                if score >= best.threshold { best.offer(Match(id: rows.id(slot), similarity: score)) }
            }
        }
    }

    private mutating func scoreAll(_ rows: borrowing BlockRows, _ query: Span<Float>) {
        let (count, dimension) = (rows.count, rows.dimension)
        if scores.count < count { scores = Array(repeating: 0, count: count) }
        unsafe query.withUnsafeBufferPointer { query in
            unsafe cblas_sgemv(
                CblasRowMajor, CblasNoTrans, blasint(count), blasint(dimension), 1, rows.vectors.baseAddress,
                blasint(dimension), query.baseAddress, 1, 0, &scores, 1)
        }
        for slot in 0..<count where scores[slot] >= best.threshold {
            best.offer(Match(id: rows.id(slot), similarity: scores[slot]))
        }
    }
}
