import COpenBLAS

/// Layer normalisation (arXiv 1607.06450): a row's mean becomes 0 and its variance 1, then weight and bias apply.
struct LayerNorm: Sendable {
    private static let epsilon: Float = 1e-12

    let weight: [Float]
    let bias: [Float]
    private let ones: [Float]

    init(weight: [Float], bias: [Float]) {
        precondition(weight.count == bias.count, "a weight and a bias for each element")
        self.weight = weight
        self.bias = bias
        ones = [Float](repeating: 1, count: weight.count)
    }

    /// Normalises the first rows of `values` [rows × dimension].
    func apply(to values: inout [Float], rows: Int) {
        let dimension = weight.count
        for row in 0..<rows {
            values.withMutableSpan(of: row * dimension..<(row + 1) * dimension) { normalize(&$0) }
        }
    }

    private func normalize(_ elements: inout MutableSpan<Float>) {
        let (weight, bias) = (weight.span, bias.span)
        let mean = sum(elements) / Float(elements.count)
        for index in elements.indices { elements[index] -= mean }
        let variance = sumOfSquares(elements) / Float(elements.count)
        let scale = 1 / (variance + LayerNorm.epsilon).squareRoot()
        for index in elements.indices { elements[index] = elements[index] * scale * weight[index] + bias[index] }
    }

    /// BLAS adds up faster than a loop in order may.
    private func sum(_ elements: borrowing MutableSpan<Float>) -> Float {
        unsafe elements.withUnsafeBufferPointer {
            unsafe cblas_sdot(blasint($0.count), $0.baseAddress, 1, ones, 1)
        }
    }

    private func sumOfSquares(_ elements: borrowing MutableSpan<Float>) -> Float {
        unsafe elements.withUnsafeBufferPointer {
            unsafe cblas_sdot(blasint($0.count), $0.baseAddress, 1, $0.baseAddress, 1)
        }
    }
}
