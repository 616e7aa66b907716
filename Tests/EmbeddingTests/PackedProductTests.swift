import CGemm
import Testing

/// Every kernel that this processor has, against the product written out.
@Suite struct PackedProductTests {
    @Test(arguments: ["portable", "avx2", "avx512"])
    func everyKernelMultiplies(kernel: String) {
        var random = SystemRandomNumberGenerator()
        // Row counts around the blocks of 6 and 14, columns around the panels of 16.
        for rows in [1, 2, 3, 5, 6, 7, 11, 12, 13, 14, 15, 28, 37, 64, 90] {
            for (inputs, outputs) in [(1, 1), (3, 15), (8, 16), (5, 17), (64, 33), (384, 48)] {
                let input = (0..<rows * inputs).map { _ in Float.random(in: -1...1, using: &random) }
                let weights = (0..<outputs * inputs).map { _ in Float.random(in: -1...1, using: &random) }
                let bias = (0..<outputs).map { _ in Float.random(in: -1...1, using: &random) }
                var packed = [Float](repeating: 0, count: gemm_packed_floats(inputs, outputs))
                // In two parts, as layers lie side by side.
                let first = outputs / 2
                unsafe gemm_pack(weights, first, inputs, 0, &packed)
                unsafe gemm_pack(Array(weights[(first * inputs)...]), outputs - first, inputs, first, &packed)
                // One element more than is written, to see that nothing goes past the end.
                var output = [Float](repeating: 7, count: rows * outputs + 1)
                let isThere = unsafe gemm_multiply_by(
                    kernel, input, rows, inputs, packed, bias, outputs, 0, &output)
                guard isThere != 0 else { return }
                #expect(output.last == 7)
                expectProduct(output, input, weights, bias, rows: rows, inputs: inputs, start: { _ in 0 })
                let before = output
                _ = unsafe gemm_multiply_by(kernel, input, rows, inputs, packed, bias, outputs, 1, &output)
                expectProduct(output, input, weights, bias, rows: rows, inputs: inputs, start: { before[$0] })
            }
        }
    }

    @Test func theFastestKernelOfTheProcessorIsChosen() {
        let kernel = unsafe String(cString: gemm_kernel())
        #expect(["portable", "avx2", "avx512"].contains(kernel))
        #if arch(x86_64)
            // Any x86 server of the last ten years has it.
            #expect(kernel != "portable")
        #endif
    }

    private func expectProduct(
        _ output: [Float], _ input: [Float], _ weights: [Float], _ bias: [Float], rows: Int, inputs: Int,
        start: (Int) -> Float
    ) {
        for row in 0..<rows {
            for column in bias.indices {
                var sum = Double(bias[column]) + Double(start(row * bias.count + column))
                for k in 0..<inputs { sum += Double(input[row * inputs + k]) * Double(weights[column * inputs + k]) }
                let difference = abs(Double(output[row * bias.count + column]) - sum)
                if difference > 1e-4 {
                    Issue.record(
                        "row \(row), column \(column) of \(rows) × \(inputs) × \(bias.count) is off by \(difference)")
                    return
                }
            }
        }
    }
}
