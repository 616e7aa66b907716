import COpenBLAS

/// One generation of the index's first look at a row: which axes, and how coordinates become codes.
///
/// The bound. Everything is seen from the mean m of the rows: with r = x - m and s = q - m,
///
///     q·x = q·m + m·r + s·r,
///
/// a number of the query, a number of the row, its shift, and the product to be bounded. Let V `[dimension × axes]` hold
/// the axes, ε ≥ ‖VᵀV - I‖, and write y(r) = Vᵀr for a head. Then
///
///     s·r = y(s)·y(r) + sᵀ(I - VVᵀ)r
///
/// holds for any V. The symmetric matrix I - VVᵀ has eigenvalue 1 on the complement of V's span and eigenvalues within
/// ±ε on it, so that by Cauchy-Schwarz on its positive part, and ε for its negative one,
///
///     sᵀ(I - VVᵀ)r ≤ t(s) t(r) + ε|s||r|,   t(r)² = |r|² - |y(r)|² + ε|r|².
///
/// A row's head is known only as c, its code's value on each axis, a query's as p. With e(r) = |y(r) - c| and
/// e(s) = |y(s) - p|, and since |c| ≤ |y(r)| + e(r),
///
///     y(s)·y(r) = p·c + (y(s) - p)·c + y(s)·(y(r) - c) ≤ p·c + e(s)|y(r)| + (|y(s)| + e(s)) e(r).
///
/// p·c is an integer times one scale plus a constant of the query. What varies with the row beside it and its shift is
/// h e(r) + t(s) t(r) with h = |y(s)| + e(s), and for any κ > 0 that is at most
///
///     max(t(s), h / κ) · (t(r) + κ e(r)),
///
/// a number of the query times a number stored with the row, its remainder; κ is near h / t of a typical query, where
/// nothing is lost. A stage of the sieve is this bound for some of the axes, with codes of 4 bits or of 8.
///
/// Whatever is computed in single precision is off by at most γ = nu / (1 - nu) relative to the product of the lengths,
/// in whatever order sums are taken (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1; u = 2⁻²⁴); the
/// properties that end in `Rounding` gather those. r and s stand for the differences as they are computed, each off by
/// u of its length. A row that is further from the mean than nearly all of length 1, or not a number, has an infinite
/// remainder and passes every time.
final class Sieve: Sendable {
    let dimension: Int
    let widths: HeadWidths
    /// m
    private let mean: [Float]
    /// The furthest that a row may be from the mean for its bound to hold: few on its other side are further.
    private let lengthMax: Float
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
    /// What is added to a shift: the rounding of the product.
    private let shiftRounding: Float
    /// What the kernel's few operations are off by, per 1 and the lengths of the query and of its difference from the
    /// mean.
    private let kernelRounding: Float

    /// The longest row, squared, whose bound holds: 1 and what an embedder's normalisation may be off by.
    private static let normSquaredMax: Float = 1.001
    /// How much of a square's length a row's distance from the mean may have more than if the two were at right angles.
    private static let lengthReach: Float = 1.1
    /// Codes reach so many times an axis's extent to either side: measured; what is further out is cut off, which e
    /// accounts for.
    private static let reach: Float = 2.75

    /// - Parameter sample: `[rows × dimension]`; rows that are not nearly of length 1 are left out.
    /// - Returns: nil when the sample has no axes.
    init?(sample: [Float], dimension: Int) {
        let sample = Sieve.unitRows(of: sample, dimension: dimension)
        let widths = HeadWidths(dimension: dimension)
        guard !sample.isEmpty else { return nil }
        let mean = Sieve.mean(of: sample, dimension: dimension)
        let differences = Sieve.differences(of: sample.span, from: mean)
        guard let axes = PrincipalAxes(sample: differences, dimension: dimension, count: min(widths.wide, dimension))
        else { return nil }
        self.mean = mean
        let meanLength = Sieve.normSquared(mean.span).squareRoot()
        lengthMax = (Sieve.lengthReach * (Sieve.normSquaredMax + meanLength * meanLength)).squareRoot()
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
        shiftRounding = gamma * meanLength * lengthMax
        kernelRounding = 0x1p-20 * (4 + 4 * 128 * steps.reduce(0) { $0 + $1 * $1 }.squareRoot())
        let extentSquared = Sieve.normSquared(differences.span) * Float(dimension) / Float(differences.count)
        narrowBalance = Sieve.balance(axes.extents.prefix(widths.narrow), of: extentSquared, tailRounding)
        wideBalance = Sieve.balance(axes.extents.prefix(widths.wide), of: extentSquared, tailRounding)
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

    private func productWithMean(_ vector: Span<Float>) -> Float {
        unsafe vector.withUnsafeBufferPointer { vector in
            unsafe cblas_sdot(blasint(vector.count), vector.baseAddress, 1, mean, 1)
        }
    }

    /// So much of a row's square is on the axes on the average, and the rest off them. A κ that is too small costs more
    /// than one too large: measured.
    private static func balance(_ extents: ArraySlice<Float>, of extentSquared: Float, _ tailRounding: Float) -> Float {
        let headSquared = max(extents.reduce(0) { $0 + $1 * $1 }, 1e-12)
        return 1.15 * (headSquared / (max(0, extentSquared - headSquared) + tailRounding)).squareRoot()
    }

    // MARK: Rows

    /// Writes the heads of some rows.
    ///
    /// - Parameters:
    ///   - vectors: `[slots × dimension]`.
    ///   - slots: where each stands in the block.
    func encode(_ vectors: Span<Float>, into heads: Heads, slots: Span<Int>) {
        precondition(heads.sieve === self && vectors.count == slots.count * dimension, "a vector for each slot")
        let differences = Sieve.differences(of: vectors, from: mean)
        let coordinates = project(differences.span, count: slots.count)
        for index in slots.indices {
            let difference = differences.span.extracting((index * dimension)..<((index + 1) * dimension))
            write(
                coordinates.span.extracting((index * widths.wide)..<((index + 1) * widths.wide)),
                normSquared: Sieve.normSquared(difference),
                shift: productWithMean(difference) + shiftRounding, into: heads, slot: slots[index])
        }
    }

    private func write(
        _ coordinates: Span<Float>, normSquared: Float, shift: Float, into heads: Heads, slot: Int
    ) {
        var (headSquared, halvesErrorSquared, errorSquared): (Float, Float, Float) = (0, 0, 0)
        for axis in stride(from: 0, to: widths.wide, by: 8) {
            if axis == widths.narrow {
                heads.set(
                    row: slot, stage: 0,
                    to: Margin(
                        remainder: remainder(normSquared, headSquared, halvesErrorSquared, narrowBalance),
                        shift: shift))
            }
            var octet = InlineArray<8, UInt8>(repeating: 0)
            for k in 0..<8 {
                let coordinate = coordinates[axis + k]
                let step = steps[axis + k]
                let code = RowCode(coordinate * inverseSteps[axis + k])
                octet[k] = code.bits
                let error = coordinate - code.value * step
                let halvesError = coordinate - code.valueOfHighHalf * step
                errorSquared += error * error
                halvesErrorSquared += halvesError * halvesError
                headSquared += coordinate * coordinate
            }
            heads.set(row: slot, axis: axis, to: octet)
        }
        for (stage, errorSquared) in [(1, halvesErrorSquared), (2, errorSquared)] {
            heads.set(
                row: slot, stage: stage,
                to: Margin(remainder: remainder(normSquared, headSquared, errorSquared, wideBalance), shift: shift))
        }
    }

    /// t + κe, or infinity for a row that the bound does not cover. Comparisons with not-a-number are false.
    private func remainder(
        _ normSquared: Float, _ headSquared: Float, _ errorSquared: Float, _ balance: Float
    ) -> Float {
        guard normSquared <= lengthMax * lengthMax, errorSquared <= 4 else { return .infinity }
        let tail = (max(0, normSquared - headSquared) + tailRounding * lengthMax * lengthMax).squareRoot()
        return (tail + balance * errorSquared.squareRoot()) * 1.000_1
    }

    // MARK: Queries

    /// - Parameter vector: `dimension` floats.
    func encode(query vector: Span<Float>) -> SieveQuery {
        let difference = Sieve.differences(of: vector, from: mean)
        let coordinates = project(difference.span, count: 1)
        let (narrow, wide) = (widths.narrow, widths.wide)
        var (coarse, fine): (Float, Float) = (0, 0)
        for axis in 0..<wide {
            let weight = abs(coordinates[axis] * steps[axis])
            if axis < widths.coarse { coarse = max(coarse, weight) } else { fine = max(fine, weight) }
        }
        let coarseShift =
            (0..<SieveQuery.coarseShiftMax).first { fine * Float(1 << $0) >= coarse }
            ?? SieveQuery.coarseShiftMax
        let scale = max(fine, coarse / Float(1 << coarseShift)) / 127
        var head = QueryHead()
        var narrowHead = head
        var codes: [Int8] = []
        codes.reserveCapacity(wide)
        for axis in 0..<wide {
            let unit: Float = axis < widths.coarse ? Float(1 << coarseShift) : 1
            let code = QueryCode(scale > 0 ? coordinates[axis] * steps[axis] / (scale * unit) : 0)
            head.add(coordinates[axis], code.value * unit, codedAs: scale * code.value * unit * inverseSteps[axis])
            codes.append(code.bits)
            if axis == narrow - 1 { narrowHead = head }
        }
        let normSquared = Sieve.normSquared(difference.span)
        let norm = normSquared.squareRoot() * 1.000_1
        let length = Sieve.normSquared(vector).squareRoot() * 1.000_1
        let atMean = productWithMean(vector)
        func stage(_ head: QueryHead, balance: Float, unit: Float, offset: Float) -> SieveQuery.Stage {
            let error = head.errorSquared.squareRoot() * 1.000_1 + headRounding * norm
            let headLength = head.squared.squareRoot() * 1.000_1 + headRounding * norm + error
            let tail = (max(0, normSquared - head.squared) + tailRounding * normSquared).squareRoot()
            // What grows with the row's distance from the mean: the query's coding error, the rounding of the row's
            // coordinates, the axes' defect, the rounding of the differences. Then the rounding of the query's product
            // with the mean and of the exact score, and the kernel's.
            let perLength = error + headLength * headRounding + defect * norm + 0x1p-23 * length
            let slack = 1.01 * (perLength * lengthMax + 2 * gamma * length) + kernelRounding * (1 + norm + length)
            return SieveQuery.Stage(
                scale: unit * scale, remainder: max(tail, headLength / balance) * 1.000_01, slack: slack * 1.000_1,
                offset: atMean + offset * scale * head.codes)
        }
        return SieveQuery(
            sieve: self, codes: codes, coarseShift: coarseShift,
            stages: [
                stage(narrowHead, balance: narrowBalance, unit: 16, offset: RowCode.offsetOfHighHalf),
                stage(head, balance: wideBalance, unit: 16, offset: RowCode.offsetOfHighHalf),
                stage(head, balance: wideBalance, unit: 1, offset: RowCode.offset),
            ])
    }

    /// Sums over the first axes of a query.
    private struct QueryHead {
        /// Of its coordinates, squared.
        var squared: Float = 0
        /// Of what coding changes of them, squared.
        var errorSquared: Float = 0
        /// Of its codes, in units of the fine ones.
        var codes: Float = 0

        mutating func add(_ coordinate: Float, _ code: Float, codedAs coded: Float) {
            squared += coordinate * coordinate
            errorSquared += (coordinate - coded) * (coordinate - coded)
            codes += code
        }
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
