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

    @Test(.enabled(if: gemm_bfloat16_available() != 0, "the processor has no bfloat16"))
    func halvesMultiply() {
        var random = SystemRandomNumberGenerator()
        for rows in 1...31 {
            for (inputs, outputs) in [(1, 1), (2, 16), (3, 15), (5, 17), (16, 20), (17, 3), (33, 48), (384, 40)] {
                // Sixteenths are exact in bfloat16, their products and sums in floats.
                let numbers = { (count: Int) in
                    (0..<count).map { _ in Float(Int.random(in: -8...8, using: &random)) / 16 }
                }
                let (input, weights, bias) = (numbers(rows * inputs), numbers(outputs * inputs), numbers(outputs))
                var packed = [UInt16](repeating: 0, count: gemm_bfloat16_packed(inputs, outputs))
                let first = outputs / 2
                unsafe gemm_bfloat16_pack(weights, first, inputs, 0, &packed)
                unsafe gemm_bfloat16_pack(Array(weights[(first * inputs)...]), outputs - first, inputs, first, &packed)
                var output = [Float](repeating: 7, count: rows * outputs + 1)
                var scratch = [UInt16](repeating: 0x7FC0, count: gemm_bfloat16_scratch(rows, inputs) + 1)
                unsafe gemm_bfloat16_multiply(input, rows, inputs, packed, bias, outputs, 0, &output, &scratch)
                #expect(output.last == 7 && scratch.last == 0x7FC0)
                expectProduct(output, input, weights, bias, rows: rows, inputs: inputs, start: { _ in 0 })
                let before = output
                unsafe gemm_bfloat16_multiply(input, rows, inputs, packed, bias, outputs, 1, &output, &scratch)
                expectProduct(output, input, weights, bias, rows: rows, inputs: inputs, start: { before[$0] })
            }
        }
    }

    /// 1.00390625 lies between two numbers in bfloat16, and the even one is the smaller.
    @Test(.enabled(if: gemm_bfloat16_available() != 0, "the processor has no bfloat16"))
    func weightsAreRoundedToTheNearest() {
        for (weight, rounded) in [(1.00390625, 1), (1.01171875, 1.015625), (1.005, 1.0078125), (-1.005, -1.0078125)] {
            var packed = [UInt16](repeating: 0, count: gemm_bfloat16_packed(1, 1))
            unsafe gemm_bfloat16_pack([Float(weight)], 1, 1, 0, &packed)
            var (output, scratch) = ([Float](repeating: 0, count: 1), [UInt16](repeating: 0, count: 2))
            unsafe gemm_bfloat16_multiply([1], 1, 1, packed, [0], 1, 0, &output, &scratch)
            #expect(output[0] == Float(rounded), "\(weight)")
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
