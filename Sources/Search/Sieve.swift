import COpenBLAS

/// One generation of the index's first look at a row: which axes, and how coordinates become 8-bit codes.
///
/// The bound. Let V `[dimension × axes]` hold the axes, ε ≥ ‖VᵀV - I‖, and write y(x) = Vᵀx for a head. Then
///
///     q·x = y(q)·y(x) + qᵀ(I - VVᵀ)x
///
/// holds for any V. The symmetric matrix I - VVᵀ has eigenvalue 1 on the complement of V's span and eigenvalues within
/// ±ε on it, so that by Cauchy-Schwarz on its positive part, and ε for its negative one,
///
///     qᵀ(I - VVᵀ)x ≤ t(q) t(x) + ε|q||x|,   t(x)² = |x|² - |y(x)|² + ε|x|².
///
/// A row's head is stored as c, a code times a step on each axis, with |y(x) - c| ≤ E; a query's as p likewise. Then
///
///     y(q)·y(x) = p·c + (y(q) - p)·c + y(q)·(y(x) - c) ≤ p·c + |y(q) - p||c| + |y(q)| E,
///
/// where p·c is an integer times one scale, computed without error. Everything computed in single precision is off by
/// at most γ = nu / (1 - nu) relative to the product of the lengths (Higham, Accuracy and Stability of Numerical
/// Algorithms, section 3.1; u = 2⁻²⁴), whatever the order of the sum; `rounding` gathers those. A row whose code is
/// further off than E, or which is longer than 1, has an infinite t and passes every time: then the rest is unconcerned.
final class Sieve: Sendable {
    let dimension: Int
    let widths: HeadWidths
    /// `[wide × dimension]`
    private let axes: [Float]
    /// What a code of 1 means on each axis.
    private let steps: [Float]
    private let inverseSteps: [Float]
    /// E for the narrow and the wide head.
    private let narrowError: Float
    private let wideError: Float
    /// ε
    private let defect: Float
    /// γ for sums of `dimension` products, a little enlarged.
    private let gamma: Float
    /// What a head's computed coordinates are off by together, per length of the vector.
    private let headRounding: Float
    /// What is added to t²: ε, and the rounding of both squares.
    private let tailRounding: Float

    /// The longest row, squared, whose bound holds: 1 and what an embedder's normalisation may be off by.
    private static let normSquaredMax: Float = 1.001

    /// - Parameter sample: `[rows × dimension]`; rows that are not nearly of length 1 are left out.
    /// - Returns: nil when the sample has no axes.
    init?(sample: [Float], dimension: Int) {
        let sample = Sieve.unitRows(of: sample, dimension: dimension)
        let widths = HeadWidths(dimension: dimension)
        guard !sample.isEmpty,
            let axes = PrincipalAxes(sample: sample, dimension: dimension, count: min(widths.wide, dimension))
        else { return nil }
        self.dimension = dimension
        self.widths = widths
        self.axes = axes.vectors + Array(repeating: 0, count: widths.wide * dimension - axes.vectors.count)
        steps = Sieve.steps(extents: axes.extents, count: widths.wide)
        inverseSteps = steps.map { 1 / $0 }
        narrowError = Sieve.allowedError(steps[..<widths.narrow])
        wideError = Sieve.allowedError(steps[...])
        defect = axes.defect(dimension: dimension) * 1.001 + 1e-7
        gamma = 1.02 * Float(dimension) * 0x1p-24
        headRounding = 1.01 * gamma * Float(widths.wide).squareRoot()
        tailRounding = defect + gamma + 3 * headRounding
        guard defect < 1e-2 else { return nil }
    }

    private static func unitRows(of sample: [Float], dimension: Int) -> [Float] {
        stride(from: 0, to: sample.count, by: dimension).flatMap { start in
            let row = sample[start..<(start + dimension)]
            let normSquared = row.reduce(0) { $0 + $1 * $1 }
            return 0.9...normSquaredMax ~= normSquared ? row : []
        }
    }

    /// An axis's step grows with the square root of its extent, which keeps the errors of rows and of queries small
    /// together (measured; proportional steps and equal steps are both worse). The first axis's codes reach 3.5 times
    /// its extent, those of the others further.
    private static func steps(extents: [Float], count: Int) -> [Float] {
        let largest = max(extents[0], 1e-6)
        return (0..<count).map { axis in
            let extent = max(axis < extents.count ? extents[axis] : 0, largest * 1e-6)
            return 3.5 / 127 * (largest * extent).squareRoot()
        }
    }

    /// The coding error of a row that few rows exceed: a rounding error's root mean square is a step's by √12; the sum of
    /// many varies little, and no sum is above √3 times that.
    private static func allowedError(_ steps: ArraySlice<Float>) -> Float {
        let expected = (steps.reduce(0) { $0 + $1 * $1 } / 12).squareRoot()
        return expected * min(1.74, 1 + 2 / Float(steps.count).squareRoot())
    }

    // MARK: Rows

    /// Writes the heads of some rows.
    ///
    /// - Parameters:
    ///   - vectors: `[slots × dimension]`.
    ///   - slots: where each stands in the block.
    func encode(_ vectors: Span<Float>, into heads: Heads, slots: Span<Int>) {
        precondition(heads.sieve === self && vectors.count == slots.count * dimension, "a vector for each slot")
        let coordinates = project(vectors, count: slots.count)
        unsafe coordinates.withUnsafeBufferPointer { coordinates in
            unsafe vectors.withUnsafeBufferPointer { vectors in
                for index in slots.indices {
                    let vector = unsafe vectors.baseAddress! + index * dimension
                    let normSquared = unsafe cblas_sdot(blasint(dimension), vector, 1, vector, 1)
                    unsafe write(
                        coordinates.baseAddress! + index * widths.wide, normSquared: normSquared, into: heads,
                        slot: slots[index])
                }
            }
        }
    }

    private func write(
        _ coordinates: UnsafePointer<Float>, normSquared: Float, into heads: Heads, slot: Int
    ) {
        var errorSquared: Float = 0
        var headSquared: Float = 0
        unsafe steps.withUnsafeBufferPointer { steps in
            unsafe inverseSteps.withUnsafeBufferPointer { inverseSteps in
                for axis in stride(from: 0, to: widths.wide, by: 4) {
                    if axis == widths.narrow {
                        unsafe heads.narrowTails[slot] = tail(normSquared, headSquared, errorSquared, narrowError)
                    }
                    let codes = unsafe heads.codes(row: slot, axis: axis)
                    for k in 0..<4 {
                        let coordinate = unsafe coordinates[axis + k]
                        let code = unsafe Code(coordinate * inverseSteps[axis + k])
                        let error = unsafe coordinate - code.value * steps[axis + k]
                        unsafe codes[k] = code.bits
                        errorSquared += error * error
                        headSquared += coordinate * coordinate
                    }
                }
            }
        }
        unsafe heads.wideTails[slot] = tail(normSquared, headSquared, errorSquared, wideError)
    }

    /// t, or infinity for a row that the bound does not cover. Comparisons with not-a-number are false.
    private func tail(_ normSquared: Float, _ headSquared: Float, _ errorSquared: Float, _ allowed: Float) -> Float {
        guard normSquared <= Sieve.normSquaredMax, errorSquared <= allowed * allowed else { return .infinity }
        return (max(0, normSquared - headSquared) + tailRounding * Sieve.normSquaredMax).squareRoot()
    }

    // MARK: Queries

    /// - Parameter vector: `dimension` floats.
    func encode(query vector: Span<Float>) -> SieveQuery {
        let coordinates = project(vector, count: 1)
        let weighted = (0..<widths.wide).map { coordinates[$0] * steps[$0] }
        let scale = weighted.reduce(0) { max($0, abs($1)) } / 127
        let codes = weighted.map { Code(scale > 0 ? $0 / scale : 0) }
        let errors = (0..<widths.wide).map { coordinates[$0] - scale * codes[$0].value * inverseSteps[$0] }
        let normSquared = unsafe vector.withUnsafeBufferPointer { vector in
            unsafe cblas_sdot(blasint(dimension), vector.baseAddress, 1, vector.baseAddress, 1)
        }
        func stage(_ width: Int, allowedError: Float) -> SieveQuery.Stage {
            let headSquared = coordinates[..<width].reduce(0) { $0 + $1 * $1 }
            let errorSquared = errors[..<width].reduce(0) { $0 + $1 * $1 }
            let norm = normSquared.squareRoot() * 1.0001
            let error = allowedError * 1.0001 + headRounding
            let slack =
                (errorSquared.squareRoot() + headRounding * norm) * (1.01 + error)
                + (headSquared.squareRoot() + headRounding * norm) * error
                // The defect, the exact score's own rounding, and the kernel's three operations on numbers below 4.
                + (1.01 * defect + 1.01 * gamma + 0x1p-20) * norm
            let tail = (max(0, normSquared - headSquared) + tailRounding * normSquared).squareRoot()
            return SieveQuery.Stage(tail: tail * 1.000_01, slack: slack * 1.000_1)
        }
        return SieveQuery(
            sieve: self, codes: codes.map(\.bits), scale: scale,
            narrow: stage(widths.narrow, allowedError: narrowError), wide: stage(widths.wide, allowedError: wideError))
    }

    /// The vectors' coordinates on the axes: `[count × wide]`.
    private func project(_ vectors: Span<Float>, count: Int) -> [Float] {
        unsafe [Float](unsafeUninitializedCapacity: count * widths.wide) { coordinates, initialized in
            unsafe vectors.withUnsafeBufferPointer { vectors in
                if count == 1 {
                    unsafe cblas_sgemv(
                        CblasRowMajor, CblasNoTrans, blasint(widths.wide), blasint(dimension), 1, axes,
                        blasint(dimension), vectors.baseAddress, 1, 0, coordinates.baseAddress, 1)
                } else {
                    unsafe cblas_sgemm(
                        CblasRowMajor, CblasNoTrans, CblasTrans, blasint(count), blasint(widths.wide),
                        blasint(dimension), 1, vectors.baseAddress, blasint(dimension), axes, blasint(dimension), 0,
                        coordinates.baseAddress, blasint(widths.wide))
                }
            }
            initialized = count * widths.wide
        }
    }
}

/// A number rounded to an integer from -127 to 127.
private struct Code {
    let value: Float
    let bits: Int8

    @inline(__always)
    init(_ number: Float) {
        let clamped = number < -127 ? -127 : number > 127 ? 127 : number
        // Adding 1.5 · 2²³ rounds to an integer and leaves it in the low bits; libm's rounding is a call.
        let shifted = clamped + 12_582_912
        value = shifted - 12_582_912
        bits = Int8(truncatingIfNeeded: shifted.bitPattern)
    }
}
