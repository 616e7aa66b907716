/// A net of one hidden layer of rectified units, eight of which are computed together: it is asked about every candidate.
struct JudgeNet: Sendable {
    private typealias Units = SIMD8<Float>

    private let inputs: Int
    /// Eight units after the other, each input's weights in order.
    private let weights: [Units]
    /// Of each eight units: their biases, and their parts in the outcome.
    private let biases: [Units]
    private let parts: [Units]
    /// The outcome's own.
    private let bias: Float

    /// - Parameter numbers: a row a unit: its weights, its bias, its part in the outcome; and at last the outcome's bias.
    init(_ numbers: [Float], inputs: Int) {
        let width = inputs + 2
        let units = numbers.count / width
        precondition(numbers.count == units * width + 1, "the judge's numbers are not whole")
        /// The numbers of eight units at one place of their rows; those that fill up the last eight have no part.
        func column(_ first: Int, _ place: Int) -> Units {
            var column = Units()
            for unit in first..<min(first + Units.scalarCount, units) {
                column[unit - first] = numbers[unit * width + place]
            }
            return column
        }
        let firsts = Array(stride(from: 0, to: units, by: Units.scalarCount))
        self.inputs = inputs
        weights = firsts.flatMap { first in (0..<inputs).map { column(first, $0) } }
        biases = firsts.map { column($0, inputs) }
        parts = firsts.map { column($0, inputs + 1) }
        bias = numbers[numbers.count - 1]
    }

    func outcome(of features: [Float]) -> Double {
        precondition(features.count == inputs, "the judge's net takes \(inputs) features")
        var sum = bias
        for block in biases.indices {
            var values = biases[block]
            for input in 0..<inputs { values += weights[block * inputs + input] * features[input] }
            values.replace(with: 0, where: .!(values .> 0))
            // One after the other, so that the sum is the same whatever the processor.
            values *= parts[block]
            for unit in 0..<Units.scalarCount { sum += values[unit] }
        }
        return Double(sum)
    }
}
