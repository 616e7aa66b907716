import COpenBLAS

/// A fully connected layer, `output = input · weights + bias`; the one place where matrices are multiplied.
struct Linear: Sendable {
    let inputs: Int
    let outputs: Int
    /// [inputs × outputs], row-major: this way round OpenBLAS is fastest on a short text (measured: by a fifth).
    private let weights: [Float]
    private let bias: [Float]

    /// - Parameter layers: weights [outputs × inputs] and biases, as PyTorch keeps them, to be applied side by side to
    ///   the same input.
    init(_ layers: [(weights: [Float], bias: [Float])], inputs: Int) {
        let bias = layers.flatMap(\.bias)
        var transposed = [Float](repeating: 0, count: inputs * bias.count)
        var column = 0
        for layer in layers {
            precondition(layer.weights.count == inputs * layer.bias.count, "weights of [outputs × inputs]")
            unsafe transposed.withUnsafeMutableBufferPointer { target in
                unsafe cblas_somatcopy(
                    CblasRowMajor, CblasTrans, blasint(layer.bias.count), blasint(inputs), 1, layer.weights,
                    blasint(inputs), target.baseAddress! + column, blasint(bias.count))
            }
            column += layer.bias.count
        }
        self.inputs = inputs
        outputs = bias.count
        weights = transposed
        self.bias = bias
    }

    /// The rows the product is computed with: OpenBLAS takes a quarter longer for 14 rows than for 16.
    static func paddedRows(_ rows: Int) -> Int { (rows + 3) / 4 * 4 }

    /// Sets `output` [rows × outputs] to the layer applied to `input` [rows × inputs], both row-major.
    ///
    /// Both have room for `paddedRows(rows)` rows; the padding is computed with and means nothing.
    func apply(to input: [Float], rows: Int, into output: inout [Float]) {
        for row in 0..<Linear.paddedRows(rows) {
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe cblas_scopy(blasint(outputs), bias, 1, output.baseAddress! + row * outputs, 1)
            }
        }
        multiply(input, rows: rows, into: &output)
    }

    /// The same, added to what `output` holds.
    func add(to output: inout [Float], from input: [Float], rows: Int) {
        for row in 0..<Linear.paddedRows(rows) {
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe cblas_saxpy(blasint(outputs), 1, bias, 1, output.baseAddress! + row * outputs, 1)
            }
        }
        multiply(input, rows: rows, into: &output)
    }

    private func multiply(_ input: [Float], rows: Int, into output: inout [Float]) {
        let rows = Linear.paddedRows(rows)
        precondition(input.count >= rows * inputs && output.count >= rows * outputs, "room for the padded rows")
        unsafe cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(outputs), blasint(inputs), 1, input,
            blasint(inputs), weights, blasint(outputs), 1, &output, blasint(outputs))
    }
}
