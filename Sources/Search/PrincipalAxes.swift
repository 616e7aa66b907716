import COpenBLAS

/// The directions along which a sample of vectors extends most, found as the largest eigenvectors of its second moments
/// about the origin.
struct PrincipalAxes: Sendable {
    /// `[count × dimension]`, each nearly of length 1, nearly at right angles, by falling extent.
    let vectors: [Float]
    /// The root mean square of the sample's coordinate on each axis.
    let extents: [Float]

    /// - Parameter sample: `[rows × dimension]`, row-major, finite.
    /// - Returns: nil when LAPACK does not converge.
    init?(sample: [Float], dimension: Int, count: Int) {
        precondition(count <= dimension && sample.count % dimension == 0, "axes of a sample in rows")
        let rows = sample.count / dimension
        var moments = [Float](repeating: 0, count: dimension * dimension)
        unsafe cblas_ssyrk(
            CblasRowMajor, CblasUpper, CblasTrans, blasint(dimension), blasint(rows), 1 / Float(rows), sample,
            blasint(dimension), 0, &moments, blasint(dimension))
        var values = [Float](repeating: 0, count: dimension)
        var ascending = [Float](repeating: 0, count: count * dimension)
        var support = [blasint](repeating: 0, count: 2 * dimension)
        // LAPACK asks for 26 and 10 numbers a row at least; 64 let it work in blocks.
        var work = [Float](repeating: 0, count: 64 * dimension)
        var integers = [blasint](repeating: 0, count: 16 * dimension)
        let info = unsafe openblas_largest_eigenvectors(
            &moments, blasint(dimension), blasint(count), &values, &ascending, &support, &work, blasint(work.count),
            &integers, blasint(integers.count))
        guard info == 0 else { return nil }
        extents = values[..<count].reversed().map { max(0, $0).squareRoot() }
        vectors = (0..<count).reversed().flatMap { ascending[($0 * dimension)..<(($0 + 1) * dimension)] }
    }

    /// How far the axes are from being orthonormal: the Frobenius norm of their products with each other less the unit
    /// matrix, computed in double precision.
    func defect(dimension: Int) -> Float {
        let count = extents.count
        let exact = vectors.map(Double.init)
        var products = [Double](repeating: 0, count: count * count)
        unsafe cblas_dsyrk(
            CblasRowMajor, CblasUpper, CblasNoTrans, blasint(count), blasint(dimension), 1, exact, blasint(dimension),
            0, &products, blasint(count))
        var sum = 0.0
        for row in 0..<count {
            for column in row..<count {
                let difference = products[row * count + column] - (row == column ? 1 : 0)
                sum += difference * difference * (row == column ? 1 : 2)
            }
        }
        return Float(sum.squareRoot())
    }
}
