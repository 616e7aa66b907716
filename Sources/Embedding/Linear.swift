import CGemm

/// A fully connected layer, `output = input · weights + bias`; the one place where matrices are multiplied by weights.
///
/// The weights are packed once, at load: a BLAS packs them at every call, which takes a short text as long as the
/// product itself.
struct Linear: Sendable {
    let inputs: Int
    let outputs: Int
    /// In panels, as `gemm_pack` leaves them.
    private let weights: WeightMemory.Part
    private let bias: [Float]

    /// - Parameters:
    ///   - layers: weights [outputs × inputs] and biases, as PyTorch keeps them, to be applied side by side to the same
    ///     input.
    ///   - memory: where the packed weights are put.
    init(_ layers: [(weights: [Float], bias: [Float])], inputs: Int, in memory: inout WeightMemory) {
        let bias = layers.flatMap(\.bias)
        let weights = memory.take(floats: gemm_packed_floats(inputs, bias.count))
        var column = 0
        for layer in layers {
            precondition(layer.weights.count == inputs * layer.bias.count, "weights of [outputs × inputs]")
            unsafe gemm_pack(layer.weights, layer.bias.count, inputs, column, weights.start)
            column += layer.bias.count
        }
        self.inputs = inputs
        outputs = bias.count
        self.weights = weights
        self.bias = bias
    }

    /// Sets `output` [rows × outputs] to the layer applied to `input` [rows × inputs], both row-major.
    func apply(to input: [Float], rows: Int, into output: inout [Float]) {
        multiply(input, rows: rows, into: &output, accumulates: false)
    }

    /// The same, added to what `output` holds.
    func add(to output: inout [Float], from input: [Float], rows: Int) {
        multiply(input, rows: rows, into: &output, accumulates: true)
    }

    private func multiply(_ input: [Float], rows: Int, into output: inout [Float], accumulates: Bool) {
        precondition(input.count >= rows * inputs && output.count >= rows * outputs, "room for the rows")
        unsafe gemm_multiply(input, rows, inputs, weights.start, bias, outputs, accumulates ? 1 : 0, &output)
    }
}
