import CSieve
import Support
import Testing

@testable import Search

@Suite struct SieveKernelTests {
    @Test(arguments: [1, 15, 16, 17, 31, 250], [[8, 8, 16], [80, 48, 128], [8, 24, 40], [256, 256, 512]])
    func everyKernelFindsWhatSumsSay(rows: Int, axes: [Int]) {
        var random = SplitMix64(seed: UInt64(rows * 1_000 + axes[0]))
        let stages = axes.map { KernelStage(axes: $0, rows: rows, using: &random) }
        let far: Float = 1e9
        for limits in [
            [-far, -far, -far], [0, -far, -far], [-far, 0, -far], [-far, -far, 0], [0, 20, 10], [far, 0, 0],
        ] {
            let expected = (0..<rows).filter { row in
                let sums = stages.map { $0.sums[row] }
                let products = [sums[0], sums[0] + sums[1], 16 * (sums[0] + sums[1]) + sums[2]]
                return (0..<3).allSatisfy { stage in
                    0.25 * Float(products[stage]) + 50 * stages[stage].remainders[row] >= limits[stage]
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
        let stages = [
            KernelStage(repeating: 127, axes: axes), .init(repeating: 127, axes: 8), .init(repeating: 127, axes: axes),
        ]
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

    private func scan(
        _ kernel: csieve_kernel, _ stages: [KernelStage], _ rows: Int, scale: Float, remainder: Float = 50,
        _ limits: [Float]
    ) -> [Int] {
        var survivors = [UInt16](repeating: 0, count: rows)
        let found = unsafe stages[0].withStage(scale, remainder, limits[0]) { first in
            unsafe stages[1].withStage(scale, remainder, limits[1]) { second in
                unsafe stages[2].withStage(scale, remainder, limits[2]) { third in
                    unsafe csieve_scan(kernel, [first, second, third], Int32(rows), &survivors)
                }
            }
        }
        return survivors[..<Int(found)].map(Int.init)
    }
}

/// A stage of random codes and query, extremes among them, and its sums computed one by one.
struct KernelStage {
    let axes: Int
    let remainders: [Float]
    let sums: [Int]
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
        remainders = plain.indices.map { _ in Float.random(in: 0...1, using: &random) }
        sums = plain.map { [query] row in zip(row, query).map { $0 * Int($1) }.reduce(0, +) }
    }

    /// One panel with all codes as large as can be.
    init(repeating code: Int8, axes: Int) {
        self.axes = axes
        codes = Array(repeating: 255, count: 8 * axes)
        query = Array(repeating: code, count: axes)
        remainders = Array(repeating: 0, count: 16)
        sums = Array(repeating: 15 * Int(code) * axes, count: 16)
    }

    func withStage<Result>(_ scale: Float, _ remainder: Float, _ limit: Float, _ body: (csieve_stage) -> Result)
        -> Result
    {
        unsafe codes.withUnsafeBufferPointer { codes in
            unsafe query.withUnsafeBufferPointer { query in
                unsafe remainders.withUnsafeBufferPointer { remainders in
                    unsafe body(
                        csieve_stage(
                            codes: codes.baseAddress, remainders: remainders.baseAddress, query: query.baseAddress,
                            axes: Int32(axes), scale: scale, query_remainder: remainder, limit: limit))
                }
            }
        }
    }
}
