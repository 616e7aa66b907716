import CSieve
import Testing

@testable import Search

@Suite struct SieveKernelTests {
    /// A stage of random codes, extremes among them, and its sums computed one by one.
    struct Stage {
        let axes: Int
        let codes: [Int8]
        let query: [Int8]
        let tails: [Float]
        let sums: [Int]

        init(axes: Int, rows: Int, using random: inout SeededGenerator) {
            let panels = (rows + 15) / 16
            func code() -> Int8 {
                [-127, 127, 0, Int8.random(in: -127...127, using: &random)].randomElement(using: &random)!
            }
            let plain = (0..<(panels * 16)).map { _ in (0..<axes).map { _ in code() } }
            let query = (0..<axes).map { _ in code() }
            var codes = [Int8](repeating: 0, count: panels * 16 * axes)
            for (row, values) in plain.enumerated() {
                for (axis, value) in values.enumerated() {
                    codes[row / 16 * 16 * axes + axis / 4 * 64 + row % 16 * 4 + axis % 4] = value
                }
            }
            self.axes = axes
            self.query = query
            self.codes = codes
            tails = plain.indices.map { _ in Float.random(in: 0...1, using: &random) }
            sums = plain.map { row in zip(row, query).map { Int($0) * Int($1) }.reduce(0, +) }
        }
    }

    @Test(arguments: [1, 15, 16, 17, 31, 250], [(4, 4), (64, 64), (8, 120), (256, 256)])
    func everyKernelFindsWhatSumsSay(rows: Int, widths: (Int, Int)) {
        var random = SeededGenerator(state: UInt64(rows * 1_000 + widths.0))
        let narrow = Stage(axes: widths.0, rows: rows, using: &random)
        let wide = Stage(axes: widths.1, rows: rows, using: &random)
        let scale: Float = 0.25
        for (narrowLimit, wideLimit): (Float, Float) in [(0, 0), (-1e9, 0), (0, -1e9), (1e9, 0), (20_000, 30_000)] {
            let expected = (0..<rows).filter { row in
                let first = scale * Float(narrow.sums[row]) + 100 * narrow.tails[row]
                let second = scale * Float(narrow.sums[row] + wide.sums[row]) + 50 * wide.tails[row]
                return first >= narrowLimit && second >= wideLimit
            }
            for kernel in SieveKernel.supported {
                var survivors = [UInt16](repeating: 0, count: rows)
                let found = unsafe narrow.withStage(tail: 100, limit: narrowLimit) { narrow in
                    unsafe wide.withStage(tail: 50, limit: wideLimit) { wide in
                        unsafe csieve_scan(kernel, narrow, wide, scale, Int32(rows), &survivors)
                    }
                }
                #expect(survivors[..<Int(found)].map(Int.init) == expected, "kernel \(kernel)")
            }
        }
    }

    @Test func theLargestSumsDoNotOverflow() {
        let stage = Stage(repeating: 127, axes: 2_732)
        for kernel in SieveKernel.supported {
            var survivors = [UInt16](repeating: 0, count: 16)
            let found = unsafe stage.withStage(tail: 0, limit: Float(127 * 127 * 2_732)) { stage in
                unsafe csieve_scan(kernel, stage, stage, 1, 16, &survivors)
            }
            #expect(found == 16)
        }
    }

    @Test func aBoundThatIsNotANumberPasses() {
        let stage = Stage(repeating: 0, axes: 4)
        for kernel in SieveKernel.supported {
            var survivors = [UInt16](repeating: 0, count: 16)
            let found = unsafe stage.withStage(tail: .nan, limit: 0.5) { stage in
                unsafe csieve_scan(kernel, stage, stage, 1, 16, &survivors)
            }
            #expect(found == 16)
        }
    }
}

extension SieveKernelTests.Stage {
    init(repeating code: Int8, axes: Int) {
        self.axes = axes
        codes = Array(repeating: code, count: 16 * axes)
        query = Array(repeating: code, count: axes)
        tails = Array(repeating: 0, count: 16)
        sums = Array(repeating: Int(code) * Int(code) * axes, count: 16)
    }

    func withStage<Result>(tail: Float, limit: Float, _ body: (UnsafePointer<csieve_stage>) -> Result) -> Result {
        unsafe codes.withUnsafeBufferPointer { codes in
            unsafe query.withUnsafeBufferPointer { query in
                unsafe tails.withUnsafeBufferPointer { tails in
                    var stage = unsafe csieve_stage(
                        codes: codes.baseAddress, tails: tails.baseAddress, query: query.baseAddress,
                        axes: Int32(axes), query_tail: tail, limit: limit)
                    return unsafe body(&stage)
                }
            }
        }
    }
}
