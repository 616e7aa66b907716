import CSieve

/// A query as one generation of the sieve sees it.
struct SieveQuery {
    let sieve: Sieve
    /// `[wide]`
    let codes: [Int8]
    /// What the integer product of codes is multiplied with.
    let scale: Float
    let narrow: Stage
    let wide: Stage

    struct Stage {
        /// How much of the query the axes leave.
        let tail: Float
        /// By how much a row's bound may lie above what the kernel computes.
        let slack: Float
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
        let widths = sieve.widths
        return unsafe codes.withUnsafeBufferPointer { codes in
            var first = unsafe csieve_stage(
                codes: heads.narrowCodes, tails: heads.narrowTails, query: codes.baseAddress,
                axes: Int32(widths.narrow), query_tail: narrow.tail, limit: threshold - narrow.slack)
            var second = unsafe csieve_stage(
                codes: heads.wideCodes, tails: heads.wideTails, query: codes.baseAddress! + widths.narrow,
                axes: Int32(widths.wide - widths.narrow), query_tail: wide.tail, limit: threshold - wide.slack)
            return Int(unsafe csieve_scan(kernel, &first, &second, scale, Int32(rows), &survivors))
        }
    }
}
