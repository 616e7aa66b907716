import CSieve

/// A block's rows as a generation of the sieve sees them: 8-bit codes on the principal axes, and how much of each row
/// those leave.
///
/// Rows stand in panels of 16, in a panel 4 axes of all 16 rows beside each other; see csieve.h. Whoever holds the
/// block's lock holds this too.
@safe
final class Heads {
    let sieve: Sieve
    /// `[panels][narrow / 4][16][4]`
    let narrowCodes: UnsafeMutablePointer<Int8>
    /// `[panels][(wide - narrow) / 4][16][4]`
    let wideCodes: UnsafeMutablePointer<Int8>
    /// What the narrow and all axes leave of each row; `[rows]`.
    let narrowTails: UnsafeMutablePointer<Float>
    let wideTails: UnsafeMutablePointer<Float>

    static let panelRows = Int(csieve_panel_rows)
    private let storage: UnsafeMutableRawPointer

    /// - Parameter rows: room for so many, a multiple of a panel's.
    init(sieve: Sieve, rows: Int) {
        precondition(rows % Heads.panelRows == 0, "\(rows) rows are not whole panels")
        self.sieve = sieve
        let widths = sieve.widths
        let bytes = rows * (widths.wide + 2 * MemoryLayout<Float>.size)
        unsafe storage = .allocate(byteCount: bytes, alignment: 64)
        unsafe storage.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        unsafe narrowCodes = storage.assumingMemoryBound(to: Int8.self)
        unsafe wideCodes = narrowCodes + rows * widths.narrow
        unsafe narrowTails = (storage + rows * widths.wide).assumingMemoryBound(to: Float.self)
        unsafe wideTails = narrowTails + rows
    }

    deinit {
        unsafe storage.deallocate()
    }

    /// Where the 4 codes of a row stand that begin at this axis, a multiple of 4.
    func codes(row: Int, axis: Int) -> UnsafeMutablePointer<Int8> {
        let (narrow, wide) = (sieve.widths.narrow, sieve.widths.wide)
        let panel = row / Heads.panelRows * Heads.panelRows
        let lane = row % Heads.panelRows * 4
        return unsafe axis < narrow
            ? narrowCodes + panel * narrow + axis * Heads.panelRows + lane
            : wideCodes + panel * (wide - narrow) + (axis - narrow) * Heads.panelRows + lane
    }
}
