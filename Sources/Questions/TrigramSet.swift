/// Every three bytes in a row of a text, each once: a table in which the shared ones of two texts are counted without
/// sorting either.
struct TrigramSet: Sendable {
    /// Marked, in the order in which they stand first.
    private var trigrams: [UInt32] = []
    /// Each at the first free place from its own on; 0 where there is none.
    private var slots: [UInt32]
    private let shift: UInt32

    /// - Parameters:
    ///   - pieces: the text, a space between one and the next.
    ///   - bytesMax: of the text; what comes after them is left out.
    init(of pieces: some Sequence<String>, bytesMax: Int) {
        let bytes = pieces.reduce(0) { $0 + $1.utf8.count + 1 }
        // Half of the places stay free, so that the next free one is near.
        let bits = UInt32(Int.bitWidth - (2 * min(bytes, bytesMax) + 1).leadingZeroBitCount)
        shift = 32 - bits
        slots = [UInt32](repeating: 0, count: 1 << Int(bits))
        trigrams.reserveCapacity(min(bytes, bytesMax))
        var (window, taken, isFirst) = (UInt32(0), 0, true)
        for piece in pieces where taken < bytesMax {
            if !isFirst { take(UInt8(ascii: " "), &window, &taken) }
            isFirst = false
            for byte in piece.utf8 where taken < bytesMax { take(byte, &window, &taken) }
        }
    }

    private mutating func take(_ byte: UInt8, _ window: inout UInt32, _ taken: inout Int) {
        window = (window << 8 | UInt32(byte)) & 0xFF_FFFF
        taken += 1
        if taken >= 3 { insert(window) }
    }

    private mutating func insert(_ trigram: UInt32) {
        let trigram = TrigramSet.marked(trigram)
        let place = place(of: trigram)
        if slots[place] != 0 { return }
        slots[place] = trigram
        trigrams.append(trigram)
    }

    /// How many there are.
    var count: Int { trigrams.count }

    /// A number that is not 0, whatever the three bytes are.
    private static func marked(_ trigram: UInt32) -> UInt32 { trigram | 1 << 24 }

    /// Where a trigram stands, or would stand.
    private func place(of marked: UInt32) -> Int {
        var place = Int(truncatingIfNeeded: (marked &* 0x9E37_79B1) >> shift)
        while slots[place] != 0, slots[place] != marked { place = (place + 1) & (slots.count - 1) }
        return place
    }

    /// How many trigrams both have.
    func sharedCount(with other: TrigramSet) -> Int {
        trigrams.count { other.slots[other.place(of: $0)] != 0 }
    }
}
