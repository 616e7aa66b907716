import Support
import Testing

@testable import Search

@Suite struct LargePagesTests {
    /// Every piece is written in full and read again once the next ones have been: none may lie over another.
    @Test(arguments: [100, 4_096, 143_360, 2 << 20]) func piecesLieApart(bytes: Int) {
        let pages = LargePages(pieceBytes: bytes)
        let pieces = (0..<5).map { _ in Piece(pages.piece()) }
        for (number, piece) in pieces.enumerated() { piece.fill(UInt8(number), bytes) }
        for (number, piece) in pieces.enumerated() {
            #expect(piece.isFilled(UInt8(number), bytes) && piece.address % 64 == 0)
        }
    }

    /// Pieces come and go at random: they are used again, and what nobody uses is given back.
    @Test(arguments: UInt64(1)...3) func whatIsGoneIsUsedAgain(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pages = LargePages(pieceBytes: 256)
        var pieces: [Piece] = []
        for _ in 0..<3_000 {
            let addShare = pieces.count < 600 ? 0.6 : 0.3
            if pieces.isEmpty || Double.random(in: 0..<1, using: &random) < addShare {
                pieces.append(Piece(pages.piece()))
            } else {
                pieces.remove(at: Int.random(in: pieces.indices, using: &random))
            }
            #expect(Set(pieces.map(\.address)).count == pieces.count)
        }
        let needed = pieces.count
        while pieces.count > needed / 2 { pieces.removeLast() }
        while pieces.count < needed { pieces.append(Piece(pages.piece())) }
        #expect(pages.slabCount <= 600 / Slab.piecesMax + 2)
        pieces = []
        #expect(pages.slabCount == 0)
    }

    /// A piece that can stand in an array.
    private final class Piece {
        private let memory: Memory

        init(_ memory: consuming Memory) { self.memory = memory }

        var address: UInt { unsafe UInt(bitPattern: memory.start) }

        func fill(_ byte: UInt8, _ count: Int) {
            unsafe memory.start.initializeMemory(as: UInt8.self, repeating: byte, count: count)
        }

        func isFilled(_ byte: UInt8, _ count: Int) -> Bool {
            unsafe UnsafeRawBufferPointer(start: memory.start, count: count).allSatisfy { $0 == byte }
        }
    }
}
