import Support
import Testing

@testable import Cache

@Suite struct JudgeNetTests {
    /// The net's definition, unit by unit.
    private static func model(_ numbers: [Float], _ features: [Float]) -> Float {
        let width = features.count + 2
        var sum = numbers[numbers.count - 1]
        for start in stride(from: 0, to: numbers.count - 1, by: width) {
            var value = numbers[start + features.count]
            for (input, feature) in features.enumerated() { value += numbers[start + input] * feature }
            if value > 0 { sum += value * numbers[start + features.count + 1] }
        }
        return sum
    }

    @Test(arguments: [0, 1, 7, 8, 9, 72], [1, 5, 44]) func eightUnitsAtOnceAreAsOneByOne(units: Int, inputs: Int) {
        var random = SplitMix64(seed: UInt64(units * 100 + inputs))
        func number() -> Float { Float.random(in: -2...2, using: &random) }
        let numbers = (0..<units * (inputs + 2) + 1).map { _ in number() }
        let net = JudgeNet(numbers, inputs: inputs)
        for _ in 0..<20 {
            let features = (0..<inputs).map { _ in number() }
            #expect(net.outcome(of: features) == Double(Self.model(numbers, features)))
        }
    }
}
