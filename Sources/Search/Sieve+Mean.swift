import COpenBLAS

/// Rows about their mean.
extension Sieve {
    static func mean(of sample: [Float], dimension: Int) -> [Float] {
        let rows = sample.count / dimension
        let shares = [Float](repeating: 1 / Float(rows), count: rows)
        var mean = [Float](repeating: 0, count: dimension)
        unsafe cblas_sgemv(
            CblasRowMajor, CblasTrans, blasint(rows), blasint(dimension), 1, sample, blasint(dimension), shares, 1, 0,
            &mean, 1)
        return mean
    }

    /// - Parameter vectors: `[rows × dimension]`, as what is returned.
    static func differences(of vectors: Span<Float>, from mean: [Float]) -> [Float] {
        unsafe [Float](unsafeUninitializedCapacity: vectors.count) { differences, initialized in
            unsafe vectors.withUnsafeBufferPointer { vectors in
                unsafe mean.withUnsafeBufferPointer { mean in
                    for start in stride(from: 0, to: vectors.count, by: mean.count) {
                        for index in 0..<mean.count {
                            unsafe differences[start + index] = vectors[start + index] - mean[index]
                        }
                    }
                }
            }
            initialized = vectors.count
        }
    }

    static func normSquared(_ vector: Span<Float>) -> Float {
        unsafe vector.withUnsafeBufferPointer { vector in
            unsafe cblas_sdot(blasint(vector.count), vector.baseAddress, 1, vector.baseAddress, 1)
        }
    }
}
