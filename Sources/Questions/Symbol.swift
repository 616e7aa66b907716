/// A word as two numbers, which are compared and looked up faster than its letters are.
///
/// Of 15 bytes at most they are the word itself. A longer one is told by 120 bits of a digest that is another in each
/// process: no two words that anybody meets or makes up are taken for one.
struct Symbol: Hashable, Sendable {
    private let low: UInt64
    private let high: UInt64

    /// No word, not even the empty one.
    static let none = Symbol(low: 0, high: 0xFE << 56)

    /// Two ways to compose a letter make one symbol.
    init(_ word: String) {
        let word = word.decomposed
        guard word.utf8.count <= Symbol.bytesMax else {
            self = Symbol(digestOf: word)
            return
        }
        var packed = Packed()
        for byte in word.utf8 { packed.append(byte) }
        self = packed.symbol
    }

    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    private init(digestOf word: String) {
        let halves = [0, 1].map { half in
            var hasher = Hasher()
            hasher.combine(half)
            for byte in word.utf8 { hasher.combine(byte) }
            return UInt64(truncatingIfNeeded: hasher.finalize())
        }
        self.init(low: halves[0], high: halves[1] | 0xFF << 56)
    }

    /// Bytes of a word that is its own symbol, at most.
    static let bytesMax = 15

    /// A symbol of a word of ASCII, made byte by byte.
    struct Packed {
        private var low: UInt64 = 0
        private var high: UInt64 = 0
        private var count: UInt64 = 0

        mutating func append(_ byte: UInt8) {
            if count < 8 { low |= UInt64(byte) << (8 * count) } else { high |= UInt64(byte) << (8 * (count - 8)) }
            count += 1
        }

        var symbol: Symbol { Symbol(low: low, high: high | count << 56) }
    }
}

extension Symbol: Comparable {
    /// Any order, as long as it is one.
    static func < (left: Symbol, right: Symbol) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}
