import CSieve

/// A query as one generation of the sieve sees it.
struct SieveQuery {
    let sieve: Sieve
    /// `[wide]`
    let codes: [Int8]
    static let coarseShiftMax = 4
    /// By how many bits more those of the coarse axes count.
    let coarseShift: Int
    let stages: InlineArray<3, Stage>

    struct Stage {
        /// What the integer product of codes is multiplied with.
        let scale: Float
        /// What a row's remainder is multiplied with.
        let remainder: Float
        /// By how much a row's similarity may lie above what the kernel computes.
        let slack: Float
        /// What is to be added to the product, because codes do not begin at zero.
        let offset: Float
    }

    /// Finds the rows whose similarity may reach the threshold; those that are not found cannot.
    ///
    /// - Parameters:
    ///   - rows: how many of the heads' rows are in use.
    ///   - isFarAway: whether the heads have to come from memory, as those of a large index.
    ///   - survivors: room for as many; filled in ascending order.
    /// - Returns: the number of survivors.
    func sift(
        _ heads: Heads, rows: Int, isFarAway: Bool, threshold: Float, kernel: csieve_kernel,
        survivors: inout [UInt16]
    ) -> Int {
        precondition(heads.sieve === sieve && survivors.count >= rows, "heads of the query's generation")
        let (coarse, narrow, wide) = (sieve.widths.coarse, sieve.widths.narrow, sieve.widths.wide)
        return unsafe codes.withUnsafeBufferPointer { codes in
            let all = codes.baseAddress!
            func stage(
                _ index: Int, _ query: UnsafePointer<Int8>, _ axes: Int, shift: Int, coarse: Int, _ coarseShift: Int
            ) -> csieve_stage {
                let stage = stages[index]
                return unsafe csieve_stage(
                    codes: heads.codes[index], margins: heads.margins[index], query: query, axes: Int32(axes),
                    shift: Int32(shift), coarse_axes: Int32(coarse), coarse_shift: Int32(coarseShift),
                    scale: stage.scale, query_remainder: stage.remainder,
                    limit: threshold - stage.slack - stage.offset)
            }
            let cascade: InlineArray<3, csieve_stage> = unsafe [
                stage(0, all, narrow, shift: 0, coarse: coarse, coarseShift),
                stage(1, all + narrow, wide - narrow, shift: 0, coarse: 0, 0),
                // High halves count for four bits more than low ones, of which the coarse shift makes some.
                stage(2, all, wide, shift: 4 - coarseShift, coarse: coarse, coarseShift),
            ]
            return unsafe cascade.span.withUnsafeBufferPointer { cascade in
                Int(unsafe csieve_scan(kernel, cascade.baseAddress!, Int32(rows), isFarAway, &survivors))
            }
        }
    }
}
