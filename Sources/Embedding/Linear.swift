import CGemm

/// A fully connected layer, `output = input · weights + bias`; the one place where matrices are multiplied by weights.
///
/// The weights are packed once, at load: a BLAS packs them at every call, which takes a short text as long as the
/// product itself.
struct Linear: Sendable {
    let inputs: Int
    let outputs: Int
    private let precision: Precision
    /// In panels, as `gemm_pack` or `gemm_bfloat16_pack` leaves them.
    private let weights: WeightMemory.Part
    private let bias: [Float]

    /// - Parameters:
    ///   - layers: weights [outputs × inputs] and biases, as PyTorch keeps them, to be applied side by side to the same
    ///     input.
    ///   - memory: where the packed weights are put.
    init(
        _ layers: [(weights: [Float], bias: [Float])], inputs: Int, _ precision: Precision,
        in memory: inout WeightMemory
    ) {
        let bias = layers.flatMap(\.bias)
        let weights =
            switch precision {
            case .float32: memory.take(bytes: 4 * gemm_packed_floats(inputs, bias.count))
            case .bfloat16: memory.take(bytes: 2 * gemm_bfloat16_packed(inputs, bias.count))
            }
        var column = 0
        for layer in layers {
            precondition(layer.weights.count == inputs * layer.bias.count, "weights of [outputs × inputs]")
            switch precision {
            case .float32: unsafe gemm_pack(layer.weights, layer.bias.count, inputs, column, weights.floats)
            case .bfloat16: unsafe gemm_bfloat16_pack(layer.weights, layer.bias.count, inputs, column, weights.halves)
            }
            column += layer.bias.count
        }
        self.precision = precision
        self.inputs = inputs
        outputs = bias.count
        self.weights = weights
        self.bias = bias
    }

    /// Sets `output` [rows × outputs] to the layer applied to `input` [rows × inputs], both row-major.
    ///
    /// - Parameter halves: room for the input in bfloat16, where that is the precision.
    func apply(to input: [Float], rows: Int, into output: inout [Float], _ halves: inout [UInt16]) {
        multiply(input, rows: rows, into: &output, accumulates: false, &halves)
    }

    /// The same, added to what `output` holds.
    func add(to output: inout [Float], from input: [Float], rows: Int, _ halves: inout [UInt16]) {
        multiply(input, rows: rows, into: &output, accumulates: true, &halves)
    }

    private func multiply(
        _ input: [Float], rows: Int, into output: inout [Float], accumulates: Bool, _ halves: inout [UInt16]
    ) {
        precondition(input.count >= rows * inputs && output.count >= rows * outputs, "room for the rows")
        let accumulates: Int32 = accumulates ? 1 : 0
        switch precision {
        case .float32:
            unsafe gemm_multiply(input, rows, inputs, weights.floats, bias, outputs, accumulates, &output)
        case .bfloat16:
            precondition(halves.count >= gemm_bfloat16_scratch(rows, inputs), "room for the rows")
            unsafe gemm_bfloat16_multiply(
                input, rows, inputs, weights.halves, bias, outputs, accumulates, &output, &halves)
        }
    }
}
