import Glibc

/// An axis from 0 to a round number, with ticks at round distances.
struct Axis {
    /// Between two ticks: 1, 2 or 5 times a power of ten.
    let step: Double
    let ticks: [Double]
    private let start: Double
    private let end: Double

    /// - Parameters:
    ///   - highest: the largest value to be shown.
    ///   - start, end: the positions of 0 and of the last tick.
    init(highest: Double, from start: Double, to end: Double) {
        // A stream without an error still has an axis.
        let highest = highest > 0 ? highest : 0.01
        let power = pow(10, floor(log10(highest / 5)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 * 5 >= highest * (1 - 1e-9) } ?? 10 * power
        self.step = step
        let count = Int((highest / step * (1 - 1e-9)).rounded(.up))
        ticks = (0...count).map { Double($0) * step }
        self.start = start
        self.end = end
    }

    func position(_ value: Double) -> Double {
        start + (end - start) * value / (ticks[ticks.count - 1])
    }
}
