import COpenBLAS

/// The functions between the matrix products, over whole rows.
///
/// The loops are plain, without calls and branches, so that the compiler turns them into vector instructions.
enum VectorMath {
    /// eˣ with a relative error below 2·10⁻⁷; x below -80 counts as -80,
    /// so that no product with the result becomes subnormal, which costs the processor a hundred times as long.
    ///
    /// Cody and Waite's reduction to |r| ≤ ln 2 / 2, then the Taylor polynomial of degree 7.
    @inline(__always)
    static func exp(_ x: Float) -> Float {
        let x = x < -80 ? -80 : x
        // Adding 1.5 · 2²³ rounds to an integer and leaves it in the low bits.
        let shifted = x * 1.442_695_04 + 12_582_912
        let n = shifted - 12_582_912
        let r = (x - n * 0.693_359_375) + n * 2.121_944_4e-4
        var sum: Float = 1 / 5_040
        sum = sum * r + 1 / 720
        sum = sum * r + 1 / 120
        sum = sum * r + 1 / 24
        sum = sum * r + 1 / 6
        sum = sum * r + 0.5
        sum = sum * r + 1
        sum = sum * r + 1
        return sum * Float(bitPattern: (shifted.bitPattern &+ 127) << 23)
    }

    /// x · Φ(x), the Gaussian error linear unit (Hendrycks and Gimpel, arXiv 1606.08415) in its exact form.
    ///
    /// The error function is Abramowitz and Stegun's 7.1.26, whose error is below 1.5·10⁻⁷.
    @inline(__always)
    static func gelu(_ x: Float) -> Float {
        let z = x.magnitude * 0.707_106_78
        let t = 1 / (1 + 0.327_591_1 * z)
        var sum: Float = 1.061_405_429
        sum = sum * t - 1.453_152_027
        sum = sum * t + 1.421_413_741
        sum = sum * t - 0.284_496_736
        sum = sum * t + 0.254_829_592
        let tail = 0.5 * x * (sum * t * exp(-z * z))
        return x < 0 ? tail : x - tail
    }

    static func gelu(_ values: inout MutableSpan<Float>) {
        for index in values.indices { values[index] = gelu(values[index]) }
    }

    /// Makes a row positive with sum 1: eˣ over the sum of all.
    static func softmax(_ row: inout MutableSpan<Float>) {
        var largest = -Float.infinity
        for index in row.indices { largest = row[index] > largest ? row[index] : largest }
        for index in row.indices { row[index] = exp(row[index] - largest) }
        // All are positive, so that their absolute values' sum is their sum.
        let sum = unsafe row.withUnsafeBufferPointer { unsafe cblas_sasum(blasint($0.count), $0.baseAddress, 1) }
        let scale = 1 / sum
        for index in row.indices { row[index] *= scale }
    }
}
