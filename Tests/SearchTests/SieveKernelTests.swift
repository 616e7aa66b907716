import CSieve
import Support
import Testing

@testable import Search

@Suite struct SieveKernelTests {
    @Test(arguments: [1, 15, 16, 17, 31, 250], [[8, 8, 16], [80, 48, 128], [8, 24, 40], [256, 256, 512]])
    func everyKernelFindsWhatSumsSay(rows: Int, axes: [Int]) {
        var random = SplitMix64(seed: UInt64(rows * 1_000 + axes[0]))
        var stages = axes.map { KernelStage(axes: $0, rows: rows, using: &random) }
        stages[0].coarse = (8, 3)
        stages[2].shift = 1
        stages[2].coarse = (axes[2] - 8, 3)
        let far: Float = 1e9
        for limits in [
            [-far, -far, -far], [0, -far, -far], [-far, 0, -far], [-far, -far, 0], [0, 20, 10], [far, 0, 0],
        ] {
            let expected = (0..<rows).filter { row in
                let products = stages.reduce(into: [Int]()) { $0.append($1.product(row, after: $0.last ?? 0)) }
                return (0..<3).allSatisfy { stage in
                    0.25 * Float(products[stage]) + stages[stage].margin(row, 50) >= limits[stage]
                }
            }
            for kernel in SieveKernel.supported {
                #expect(scan(kernel, stages, rows, scale: 0.25, limits) == expected, "kernel \(kernel)")
            }
        }
    }

    @Test func theLargestSumsDoNotOverflow() {
        // The widest head: a third of the most dimensions that are fitted.
        let axes = 1_024
        let most = 15 * 127 * axes
        var stages = [
            KernelStage(repeating: 127, axes: axes), .init(repeating: 127, axes: 8), .init(repeating: 127, axes: axes),
        ]
        stages[2].shift = 4
        for kernel in SieveKernel.supported {
            for (first, passes) in [(most, true), (most + 1_000, false)] {
                let limits = [Float(first), Float(15 * 127 * (axes + 8)), Float(16 * 15 * 127 * (axes + 8) + most)]
                #expect(scan(kernel, stages, 16, scale: 1, remainder: 0, limits).count == (passes ? 16 : 0))
            }
        }
        let negative = stages.map { KernelStage(repeating: -127, axes: $0.axes) }
        for kernel in SieveKernel.supported {
            for (limit, passes) in [(-most, true), (-most + 1_000, false)] {
                let found = scan(kernel, negative, 16, scale: 1, remainder: 0, [Float(limit), -1e9, -1e9])
                #expect(found.count == (passes ? 16 : 0))
            }
        }
    }

    @Test func aBoundThatIsNotANumberPasses() {
        let stages = Array(repeating: KernelStage(repeating: 1, axes: 8), count: 3)
        for kernel in SieveKernel.supported {
            #expect(scan(kernel, stages, 16, scale: 1, remainder: .nan, [0.5, 0.5, 0.5]).count == 16)
        }
    }

    /// Neither half may come out smaller than what it stands for, nor by much larger.
    @Test func marginsAreRoundedUp() {
        var random = SplitMix64(seed: 8)
        for power in -20...2 {
            let remainder = Float(sign: .plus, exponent: power, significand: .random(in: 1..<2, using: &random))
            for shift in [Float.random(in: -1...1, using: &random), -remainder, 0] {
                let bits = Margin(remainder: remainder, shift: shift).bits
                let halves = [Float(bitPattern: bits & 0xFFFF_0000), Float(bitPattern: bits << 16)]
                for (half, value) in zip(halves, [remainder, shift]) {
                    #expect(half >= value && half - value <= abs(value) / 128, "\(value) became \(half)")
                }
            }
        }
        #expect(Margin(remainder: .infinity, shift: 0).bits == Float.infinity.bitPattern)
    }

    private func scan(
        _ kernel: csieve_kernel, _ stages: [KernelStage], _ rows: Int, scale: Float, remainder: Float = 50,
        _ limits: [Float]
    ) -> [Int] {
        let ways = [false, true].map { fromMemory in
            var survivors = [UInt16](repeating: 0, count: rows)
            let found = unsafe stages[0].withStage(scale, remainder, limits[0]) { first in
                unsafe stages[1].withStage(scale, remainder, limits[1]) { second in
                    unsafe stages[2].withStage(scale, remainder, limits[2]) { third in
                        unsafe csieve_scan(kernel, [first, second, third], Int32(rows), fromMemory, &survivors)
                    }
                }
            }
            return survivors[..<Int(found)].map(Int.init)
        }
        #expect(ways[0] == ways[1])
        return ways[0]
    }
}

/// A stage of random codes and query, extremes among them, and its sums computed one by one.
struct KernelStage {
    let axes: Int
    /// What the sums so far are shifted by, and how many axes count for how many bits more.
    var shift = 0
    var coarse = (axes: 0, shift: 0)
    let margins: [UInt32]
    private let rows: [[Int]]
    private let codes: [UInt8]
    private let query: [Int8]

    init(axes: Int, rows: Int, using random: inout SplitMix64) {
        let panels = (rows + 15) / 16
        let plain = (0..<(panels * 16)).map { _ in
            (0..<axes).map { _ in [0, 15, Int.random(in: 0...15, using: &random)].randomElement(using: &random)! }
        }
        query = (0..<axes).map { _ in
            [-127, 127, Int8.random(in: -127...127, using: &random)].randomElement(using: &random)!
        }
        var codes = [UInt8](repeating: 0, count: panels * 8 * axes)
        for (row, values) in plain.enumerated() {
            for (axis, value) in values.enumerated() {
                let index = row / 16 * 8 * axes + axis / 8 * 64 + row % 16 * 4 + axis % 4
                codes[index] |= UInt8(axis % 8 < 4 ? value : value << 4)
            }
        }
        self.axes = axes
        self.codes = codes
        margins = plain.indices.map { _ in
            Margin(remainder: .random(in: 0...1, using: &random), shift: .random(in: -1...1, using: &random)).bits
        }
        self.rows = plain
    }

    /// One panel with all codes as large as can be.
    init(repeating code: Int8, axes: Int) {
        self.axes = axes
        codes = Array(repeating: 255, count: 8 * axes)
        query = Array(repeating: code, count: axes)
        margins = Array(repeating: 0, count: 16)
        rows = Array(repeating: Array(repeating: 15, count: axes), count: 16)
    }

    /// The row's product after this stage, computed one axis by one.
    func product(_ row: Int, after product: Int) -> Int {
        rows[row].indices.reduce(product << (shift + coarse.shift)) { sum, axis in
            sum + (rows[row][axis] * Int(query[axis])) << (axis < coarse.axes ? coarse.shift : 0)
        }
    }

    /// What is added to a row's product for a query of that remainder.
    func margin(_ row: Int, _ remainder: Float) -> Float {
        remainder * Float(bitPattern: margins[row] & 0xFFFF_0000) + Float(bitPattern: margins[row] << 16)
    }

    func withStage<Result>(_ scale: Float, _ remainder: Float, _ limit: Float, _ body: (csieve_stage) -> Result)
        -> Result
    {
        unsafe codes.withUnsafeBufferPointer { codes in
            unsafe query.withUnsafeBufferPointer { query in
                unsafe margins.withUnsafeBufferPointer { margins in
                    unsafe body(
                        csieve_stage(
                            codes: codes.baseAddress, margins: margins.baseAddress, query: query.baseAddress,
                            axes: Int32(axes), shift: Int32(shift), coarse_axes: Int32(coarse.axes),
                            coarse_shift: Int32(coarse.shift), scale: scale, query_remainder: remainder, limit: limit))
                }
            }
        }
    }
}
