import CSieve

/// A block's rows as a generation of the sieve sees them: 8-bit codes on the principal axes, cut into halves of 4 bits,
/// and each row's margin at each of the sieve's stages.
///
/// Rows stand in panels of 16, in a panel 8 axes of all 16 rows beside each other; see csieve.h. Whoever holds the
/// block's lock holds this too.
@safe
final class Heads {
    let sieve: Sieve
    /// For each stage: the codes' high halves on the narrow head's axes, those on the further axes, the low halves on
    /// all; `[panels][axes / 8][16][4]`.
    let codes: InlineArray<3, UnsafeMutablePointer<UInt8>>
    /// For each stage; `[rows]`.
    let margins: InlineArray<3, UnsafeMutablePointer<UInt32>>

    static let panelRows = Int(csieve_panel_rows)
    private let memory: Memory

    /// What so many rows' heads take.
    static func bytes(rows: Int, _ widths: HeadWidths) -> Int {
        rows * (widths.wide + 3 * MemoryLayout<UInt32>.size)
    }

    /// - Parameters:
    ///   - rows: room for so many, a multiple of a panel's.
    ///   - pages: whose pieces are of that size; nil takes memory of its own.
    init(sieve: Sieve, rows: Int, pages: LargePages? = nil) {
        precondition(rows % Heads.panelRows == 0, "\(rows) rows are not whole panels")
        self.sieve = sieve
        let (narrow, wide) = (sieve.widths.narrow, sieve.widths.wide)
        memory = pages?.piece() ?? Memory(bytes: Heads.bytes(rows: rows, sieve.widths))
        let first = unsafe memory.start.bindMemory(to: UInt8.self, capacity: rows * wide)
        unsafe codes = unsafe [first, first + rows * narrow / 2, first + rows * wide / 2]
        let words = unsafe (memory.start + rows * wide).bindMemory(to: UInt32.self, capacity: 3 * rows)
        unsafe margins = unsafe [words, words + rows, words + 2 * rows]
    }

    @inline(__always)
    func set(row: Int, stage: Int, to margin: Margin) {
        unsafe margins[stage][row] = margin.bits
    }

    /// Writes the codes of a row on 8 axes.
    ///
    /// - Parameter axis: the first of them, a multiple of 8.
    @inline(__always)
    func set(row: Int, axis: Int, to octet: InlineArray<8, UInt8>) {
        let (narrow, wide) = (sieve.widths.narrow, sieve.widths.wide)
        let panel = row / Heads.panelRows * Heads.panelRows
        let lane = row % Heads.panelRows * 4
        let low = unsafe codes[2] + panel * wide / 2 + axis * 8 + lane
        let high =
            unsafe axis < narrow
            ? codes[0] + panel * narrow / 2 + axis * 8 + lane
            : codes[1] + panel * (wide - narrow) / 2 + (axis - narrow) * 8 + lane
        for k in 0..<4 {
            unsafe high[k] = octet[k] >> 4 | octet[k + 4] & 0xF0
            unsafe low[k] = octet[k] & 15 | octet[k + 4] << 4
        }
    }
}
