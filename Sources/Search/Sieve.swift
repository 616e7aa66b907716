import COpenBLAS

/// One generation of the index's first look at a row: which axes, and how coordinates become codes.
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
/// A row's head is known only as c, its code's value on each axis, a query's as p. With e(x) = |y(x) - c| and
/// e(q) = |y(q) - p|, and since |c| ≤ |y(x)| + e(x),
///
///     y(q)·y(x) = p·c + (y(q) - p)·c + y(q)·(y(x) - c) ≤ p·c + e(q)|y(x)| + (|y(q)| + e(q)) e(x).
///
/// p·c is an integer times one scale plus a constant of the query. What varies with the row beside it is
/// h e(x) + t(q) t(x) with h = |y(q)| + e(q), and for any κ > 0 that is at most
///
///     max(t(q), h / κ) · (t(x) + κ e(x)),
///
/// a number of the query times a number stored with the row, its remainder; κ is near h / t of a typical query, where
/// nothing is lost. A stage of the sieve is this bound for some of the axes, with codes of 4 bits or of 8.
///
/// Whatever is computed in single precision is off by at most γ = nu / (1 - nu) relative to the product of the lengths,
/// in whatever order sums are taken (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1; u = 2⁻²⁴); the
/// properties that end in `Rounding` gather those. A row that is longer than 1 or not a number has an infinite
/// remainder and passes every time.
final class Sieve: Sendable {
    let dimension: Int
    let widths: HeadWidths
    /// `[wide × dimension]`
    private let axes: [Float]
    /// What a code's unit means on each axis.
    private let steps: [Float]
    private let inverseSteps: [Float]
    /// κ for the narrow and the wide head.
    private let narrowBalance: Float
    private let wideBalance: Float
    /// ε
    private let defect: Float
    /// γ for sums of `dimension` products, a little enlarged.
    private let gamma: Float
    /// How far a head's computed coordinates are off together, per length of the vector.
    private let headRounding: Float
    /// What is added to t²: ε, and the rounding of both squares.
    private let tailRounding: Float
    /// What the kernel's few operations are off by, per length of the query.
    private let kernelRounding: Float

    /// The longest row, squared, whose bound holds: 1 and what an embedder's normalisation may be off by.
    private static let normSquaredMax: Float = 1.001
    /// Codes reach so many times an axis's extent to either side: measured; what is further out is cut off, which e
    /// accounts for.
    private static let reach: Float = 2.75

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
        // On axes without extent a step must still be a number to divide by.
        steps = (0..<widths.wide).map { axis in
            max(axis < axes.extents.count ? axes.extents[axis] : 0, 1e-4 * axes.extents[0], 1e-9) * Sieve.reach / 127.5
        }
        inverseSteps = steps.map { 1 / $0 }
        defect = axes.defect(dimension: dimension) * 1.001 + 1e-7
        gamma = 1.02 * Float(dimension) * 0x1p-24
        headRounding = 1.01 * gamma * Float(widths.wide).squareRoot()
        tailRounding = defect + gamma + 3 * headRounding
        kernelRounding = 0x1p-20 * (4 + 4 * 128 * steps.reduce(0) { $0 + $1 * $1 }.squareRoot())
        narrowBalance = Sieve.balance(axes.extents.prefix(widths.narrow), tailRounding)
        wideBalance = Sieve.balance(axes.extents.prefix(widths.wide), tailRounding)
        guard defect < 1e-2 else { return nil }
    }

    private static func unitRows(of sample: [Float], dimension: Int) -> [Float] {
        let starts = stride(from: 0, to: sample.count, by: dimension)
        let unit = starts.filter { start in
            let normSquared = sample[start..<(start + dimension)].reduce(0) { $0 + $1 * $1 }
            return 0.9...normSquaredMax ~= normSquared
        }
        if unit.count * dimension == sample.count { return sample }
        return unit.flatMap { sample[$0..<($0 + dimension)] }
    }

    /// Vectors of length 1 have so much of their square on the axes on the average, and the rest off them. A κ that is
    /// too small costs more than one too large: measured.
    private static func balance(_ extents: ArraySlice<Float>, _ tailRounding: Float) -> Float {
        let headSquared = extents.reduce(0) { $0 + $1 * $1 }
        return 1.15 * (headSquared / (max(0, 1 - headSquared) + tailRounding)).squareRoot()
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
        var (headSquared, halvesErrorSquared, errorSquared): (Float, Float, Float) = (0, 0, 0)
        unsafe steps.withUnsafeBufferPointer { steps in
            unsafe inverseSteps.withUnsafeBufferPointer { inverseSteps in
                for axis in stride(from: 0, to: widths.wide, by: 8) {
                    if axis == widths.narrow {
                        unsafe heads.remainders[0][slot] = remainder(
                            normSquared, headSquared, halvesErrorSquared, narrowBalance)
                    }
                    var octet = InlineArray<8, UInt8>(repeating: 0)
                    for k in 0..<8 {
                        let coordinate = unsafe coordinates[axis + k]
                        let step = unsafe steps[axis + k]
                        let code = unsafe RowCode(coordinate * inverseSteps[axis + k])
                        octet[k] = code.bits
                        let error = coordinate - code.value * step
                        let halvesError = coordinate - code.valueOfHighHalf * step
                        errorSquared += error * error
                        halvesErrorSquared += halvesError * halvesError
                        headSquared += coordinate * coordinate
                    }
                    heads.set(row: slot, axis: axis, to: octet)
                }
            }
        }
        unsafe heads.remainders[1][slot] = remainder(normSquared, headSquared, halvesErrorSquared, wideBalance)
        unsafe heads.remainders[2][slot] = remainder(normSquared, headSquared, errorSquared, wideBalance)
    }

    /// t + κe, or infinity for a row that the bound does not cover. Comparisons with not-a-number are false.
    private func remainder(
        _ normSquared: Float, _ headSquared: Float, _ errorSquared: Float, _ balance: Float
    ) -> Float {
        guard normSquared <= Sieve.normSquaredMax, errorSquared <= 4 else { return .infinity }
        let tail = (max(0, normSquared - headSquared) + tailRounding * Sieve.normSquaredMax).squareRoot()
        return (tail + balance * errorSquared.squareRoot()) * 1.000_1
    }

    // MARK: Queries

    /// - Parameter vector: `dimension` floats.
    func encode(query vector: Span<Float>) -> SieveQuery {
        let coordinates = project(vector, count: 1)
        let weighted = (0..<widths.wide).map { coordinates[$0] * steps[$0] }
        let scale = weighted.reduce(0) { max($0, abs($1)) } / 127
        let codes = weighted.map { QueryCode(scale > 0 ? $0 / scale : 0) }
        let errors = (0..<widths.wide).map { coordinates[$0] - scale * codes[$0].value * inverseSteps[$0] }
        let normSquared = unsafe vector.withUnsafeBufferPointer { vector in
            unsafe cblas_sdot(blasint(dimension), vector.baseAddress, 1, vector.baseAddress, 1)
        }
        let norm = normSquared.squareRoot() * 1.000_1
        func stage(_ width: Int, balance: Float, unit: Float, offset: Float) -> SieveQuery.Stage {
            let headSquared = coordinates[..<width].reduce(0) { $0 + $1 * $1 }
            let error = errors[..<width].reduce(0) { $0 + $1 * $1 }.squareRoot() * 1.000_1 + headRounding * norm
            let head = headSquared.squareRoot() * 1.000_1 + headRounding * norm + error
            let tail = (max(0, normSquared - headSquared) + tailRounding * normSquared).squareRoot()
            // The last three: the axes' defect, the exact score's own rounding, the kernel's.
            let slack = 1.01 * error + head * headRounding + (1.01 * defect + 1.01 * gamma + kernelRounding) * norm
            return SieveQuery.Stage(
                scale: unit * scale, remainder: max(tail, head / balance) * 1.000_01, slack: slack * 1.000_1,
                offset: offset * scale * codes[..<width].reduce(0) { $0 + $1.value })
        }
        let (narrow, wide) = (widths.narrow, widths.wide)
        return SieveQuery(
            sieve: self, codes: codes.map(\.bits),
            stages: [
                stage(narrow, balance: narrowBalance, unit: 16, offset: RowCode.offsetOfHighHalf),
                stage(wide, balance: wideBalance, unit: 16, offset: RowCode.offsetOfHighHalf),
                stage(wide, balance: wideBalance, unit: 1, offset: RowCode.offset),
            ])
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
