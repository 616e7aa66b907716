import Support

/// Whether every component is finite and the Euclidean norm is 1 within 1e-3, as the cosine search expects.
///
/// Four sums, so that one addition need not wait for the last. An infinity or a NaN makes the norm one.
func isUnitVector(_ vector: Span<Float>) -> Bool {
    var sums = SIMD4<Float>.zero
    var index = 0
    while index + 4 <= vector.count {
        let part = SIMD4(vector[index], vector[index + 1], vector[index + 2], vector[index + 3])
        sums += part * part
        index += 4
    }
    var sum = sums.sum()
    while index < vector.count {
        sum += vector[index] * vector[index]
        index += 1
    }
    return abs(sum.squareRoot() - 1) <= 1e-3
}

/// Throws `.invalid` for a vector that must not be stored.
func checkUnitVector(_ vector: Span<Float>, dimension: Int, path: String) throws(StoreError) {
    func refuse(_ reason: String) -> StoreError {
        StoreError(.invalid, reason, context: "store the vector", path: path)
    }
    if dimension < 1 || dimension > Limits.embeddingDimensionMax {
        throw refuse("\(dimension) dimensions; 1 to \(Limits.embeddingDimensionMax) are possible")
    }
    if vector.count != dimension {
        throw refuse("it has \(vector.count) components, its embedder makes \(dimension)")
    }
    if !isUnitVector(vector) { throw refuse("it is not finite or not of unit length") }
}
