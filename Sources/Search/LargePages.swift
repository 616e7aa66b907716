import Glibc
import Synchronization

/// Pieces of memory of one size on pages of 2 MB, for an index that is read from memory and not from a cache.
///
/// With pages of 4 KB a search of 1,000,000 rows spends a third of its time on finding them, see
/// docs/decisions/search-sieve.md. Where the system has no large pages to give, these are small ones.
final class LargePages: Sendable {
    /// Below so many blocks an index gains little, and the last page, of which a part is in use, would weigh on each row.
    static let blocksMin = 64

    private let pieceBytes: Int
    private let slabs = Mutex<[Slab]>([])

    init(pieceBytes: Int) {
        // Each piece begins with a line of the cache.
        self.pieceBytes = (pieceBytes + 63) / 64 * 64
    }

    /// How much memory it holds, pieces that are not in use included.
    var slabCount: Int { slabs.withLock { $0.count } }

    func piece() -> Memory {
        slabs.withLock { slabs in
            for slab in slabs {
                if let start = unsafe slab.take() { return unsafe Memory(slab, of: self, at: start) }
            }
            let slab = Slab(pieceBytes: pieceBytes)
            slabs.append(slab)
            return unsafe Memory(slab, of: self, at: slab.take()!)
        }
    }

    func takeBack(_ start: UnsafeMutableRawPointer, of slab: Slab) {
        slabs.withLock { slabs in
            unsafe slab.takeBack(start)
            if slab.isUnused { slabs.removeAll { $0 === slab } }
        }
    }
}

/// A run of large pages, cut into pieces. Whoever holds its `LargePages`' lock holds it too.
@safe
final class Slab: @unchecked Sendable {
    // Sendable by construction: see above.
    private static let pageBytes = 2 << 20
    /// The last page, of which a part is lost, is a hundredth of so much memory.
    private static let bytesMax = 256 << 20
    static let piecesMax = 128

    private let mapping: UnsafeMutableRawPointer
    private let mappedBytes: Int
    private let start: UnsafeMutableRawPointer
    private let pieceBytes: Int
    private let pieces: Int
    private var begun = 0
    private var returned: [UnsafeMutableRawPointer] = unsafe []

    init(pieceBytes: Int) {
        self.pieceBytes = pieceBytes
        pieces = max(1, min(Slab.piecesMax, Slab.bytesMax / pieceBytes))
        let bytes = (pieces * pieceBytes + Slab.pageBytes - 1) / Slab.pageBytes * Slab.pageBytes
        // A mapping begins with any small page.
        mappedBytes = bytes + Slab.pageBytes
        unsafe mapping = Memory.map(mappedBytes)
        unsafe start = unsafe mapping.alignedUp(toMultipleOf: Slab.pageBytes)
        // It is a wish: systems without large pages refuse it.
        unsafe madvise(start, bytes, MADV_HUGEPAGE)
    }

    deinit {
        unsafe munmap(mapping, mappedBytes)
    }

    var isUnused: Bool { unsafe returned.count == begun }

    func take() -> UnsafeMutableRawPointer? {
        if let piece = unsafe returned.popLast() { return unsafe piece }
        guard begun < pieces else { return nil }
        begun += 1
        return unsafe start + (begun - 1) * pieceBytes
    }

    func takeBack(_ piece: UnsafeMutableRawPointer) {
        unsafe returned.append(piece)
    }
}
