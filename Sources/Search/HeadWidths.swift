/// On how many principal axes rows are compared before they are scored.
///
/// Both are multiples of 8, as the kernel takes 8 axes at a time; axes past the dimension are zero.
struct HeadWidths: Equatable, Sendable {
    /// The axes compared for every row.
    let narrow: Int
    /// The first axes, on which a query's numbers are largest and are coded by a scale of their own.
    let coarse: Int
    /// All axes, of which those past `narrow` are compared for what passed the first comparison.
    let wide: Int

    /// 80 and 128 of 384 dimensions, and in that proportion: measured on embeddings of real questions
    /// (docs/decisions/search-sieve.md).
    init(dimension: Int) {
        wide = max(16, (dimension + 23) / 24 * 8)
        narrow = 5 * wide / 8 / 8 * 8
        coarse = min(16, narrow)
    }
}
