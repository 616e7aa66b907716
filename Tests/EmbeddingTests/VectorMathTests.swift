import Foundation
import Testing

@testable import Embedding

@Suite struct VectorMathTests {
    @Test func theExponentialIsRightToSingleWords() {
        for step in 0...80_000 {
            let x = -Float(step) / 1_000
            let exact = exp(Double(x))
            #expect(abs(Double(VectorMath.exp(x)) - exact) <= exact * 3e-7, "exp(\(x))")
        }
        #expect(VectorMath.exp(0) == 1)
        #expect(VectorMath.exp(-1_000) < 1e-34)
        #expect(VectorMath.exp(-.infinity) < 1e-34)
    }

    @Test func theLinearUnitIsExactToAMillionth() {
        for step in -12_000...12_000 {
            let x = Float(step) / 1_000
            let exact = 0.5 * Double(x) * erfc(-Double(x) / 2.0.squareRoot())
            #expect(abs(Double(VectorMath.gelu(x)) - exact) <= 1e-6, "gelu(\(x))")
        }
        #expect(abs(VectorMath.gelu(-100)) < 1e-30)
        #expect(VectorMath.gelu(100) == 100)
    }

    @Test(arguments: [[0], [1, 1], [-1_000, 0, 1_000], [3, -2, 0.5, 88, 87.5], [Float](repeating: -5, count: 256)])
    func softmaxMakesSharesOfOne(_ row: [Float]) {
        var shares = row
        shares.withMutableSpan(of: 0..<row.count) { VectorMath.softmax(&$0) }
        let largest = Double(row.max()!)
        let sum = row.reduce(0.0) { $0 + exp(Double($1) - largest) }
        for (share, value) in zip(shares, row) {
            #expect(abs(Double(share) - exp(Double(value) - largest) / sum) < 1e-6)
        }
    }

    @Test func aNormalisedRowHasItsWeightAndBias() {
        let norm = LayerNorm(weight: [1, 1, 2, 1], bias: [0, 0, 0, 10])
        var rows: [Float] = [1, 2, 3, 4, 100, 100, 100, 100, 7, 7, 7, 7]
        norm.apply(to: &rows, rows: 2)
        let unit = 1 / Float(1.25).squareRoot()
        let expected = [-1.5 * unit, -0.5 * unit, 2 * 0.5 * unit, 1.5 * unit + 10, 0, 0, 0, 10, 7, 7, 7, 7]
        for (value, expected) in zip(rows, expected) { #expect(abs(value - expected) < 1e-6) }
    }

    @Test(arguments: [1, 3, 4, 5], Precision.allCases.filter(\.isAvailable))
    func aLinearLayerMultipliesAndAdds(_ rows: Int, precision: Precision) {
        // Two layers of 2 inputs side by side, with 1 and 2 outputs.
        var memory = WeightMemory()
        let linear = Linear([([1, 2], [10]), ([3, 4, 5, 6], [20, 30])], inputs: 2, precision, in: &memory)
        var halves = [UInt16](repeating: 0, count: 2 * rows)
        let input = (0..<2 * rows).map { Float($0) }
        var output = [Float](repeating: -1, count: 3 * rows)
        linear.apply(to: input, rows: rows, into: &output, &halves)
        for row in 0..<rows {
            let (a, b) = (input[2 * row], input[2 * row + 1])
            let expected = [a + 2 * b + 10, 3 * a + 4 * b + 20, 5 * a + 6 * b + 30]
            #expect(Array(output[3 * row..<3 * row + 3]) == expected)
        }
        var sum = output
        linear.add(to: &sum, from: input, rows: rows, &halves)
        #expect(sum[0..<3 * rows].elementsEqual(output[0..<3 * rows].map { 2 * $0 }))
    }
}
