import CSieve

/// A query as one generation of the sieve sees it.
struct SieveQuery {
    let sieve: Sieve
    /// `[wide]`
    let codes: [Int8]
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
    ///   - survivors: room for as many; filled in ascending order.
    /// - Returns: the number of survivors.
    func sift(
        _ heads: Heads, rows: Int, threshold: Float, kernel: csieve_kernel, survivors: inout [UInt16]
    ) -> Int {
        precondition(heads.sieve === sieve && survivors.count >= rows, "heads of the query's generation")
        let (narrow, wide) = (sieve.widths.narrow, sieve.widths.wide)
        return unsafe codes.withUnsafeBufferPointer { codes in
            let all = codes.baseAddress!
            func stage(_ index: Int, _ query: UnsafePointer<Int8>, _ axes: Int) -> csieve_stage {
                let stage = stages[index]
                return unsafe csieve_stage(
                    codes: heads.codes[index], remainders: heads.remainders[index], query: query, axes: Int32(axes),
                    scale: stage.scale, query_remainder: stage.remainder,
                    limit: threshold - stage.slack - stage.offset)
            }
            let cascade: InlineArray<3, csieve_stage> = unsafe [
                stage(0, all, narrow), stage(1, all + narrow, wide - narrow), stage(2, all, wide),
            ]
            return unsafe cascade.span.withUnsafeBufferPointer { cascade in
                Int(unsafe csieve_scan(kernel, cascade.baseAddress!, Int32(rows), &survivors))
            }
        }
    }
}
