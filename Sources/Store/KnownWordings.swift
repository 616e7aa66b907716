import Support
import Synchronization

/// The wordings that lead somewhere or were refused, by their keys: what is not here need not be looked for in the file.
///
/// A Bloom filter (Bloom 1970): it may take a new wording for a known one, which costs a read, and never a known one for
/// new, as long as nobody else writes to the file. A key is noted before its row is committed, and those of rows from
/// before the file was opened are learned. Keys of what was forgotten stay until the next start.
final class KnownWordings: Sendable {
    private struct State {
        /// As many bits as a power of two.
        var bits: [UInt64]
        var isComplete = false
    }

    private let state: Mutex<State>

    /// - Parameter rows: how many wordings the file may have.
    init(rows: Int) {
        let wanted = max(rows * Limits.knownWordingBytes, Limits.knownWordingsBytesMin)
        let bytes = min(wanted, Limits.knownWordingsBytesMax)
        let words = 1 << (Int.bitWidth - (bytes / 8 - 1).leadingZeroBitCount)
        state = Mutex(State(bits: [UInt64](repeating: 0, count: words)))
    }

    /// Notes the key of a row that is about to be written, if it is a wording's.
    func note(_ values: [Value], of table: Table) {
        guard table == .wordings || table == .refusals, case .blob(let key) = values[1] else { return }
        note(Digest(bytes: key))
    }

    func note(_ key: Digest) {
        state.withLock { state in
            let places = KnownWordings.places(of: key, in: state.bits.count)
            for index in places.indices { state.bits[places[index].word] |= places[index].bit }
        }
    }

    /// Whether there may be a wording or a refusal of this key.
    func mayHave(_ key: Digest) -> Bool {
        state.withLock { state in
            let places = KnownWordings.places(of: key, in: state.bits.count)
            return !state.isComplete
                || places.indices.allSatisfy { state.bits[places[$0].word] & places[$0].bit != 0 }
        }
    }

    /// From now on, what is not here is not in the file.
    func complete() { state.withLock { $0.isComplete = true } }

    /// Four bits by four parts of the key, which is a digest and so as good as four hashes.
    private static func places(of key: Digest, in words: Int) -> InlineArray<4, (word: Int, bit: UInt64)> {
        InlineArray { part in
            let number = key.bytes[8 * part..<8 * part + 8].reduce(0) { $0 << 8 | UInt64($1) }
            return (Int(truncatingIfNeeded: number >> 6) & (words - 1), 1 << (number & 63))
        }
    }
}

extension Store {
    /// Learns which wordings the file has, so that lookups of others need not read it. A server's are not learned: others
    /// write to it.
    ///
    /// Takes a third of a second per million wordings.
    package func learnWordings() throws(StoreError) {
        guard let known = knownWordings else { return }
        var connection = try readers.open()
        for table in [Table.wordings, .refusals] {
            try connection.forEachRow("SELECT key FROM \(table.name)") {
                let key = $0.bytes(0)
                // What is damaged is not served, and may be of any length.
                if key.count == Digest.byteCount { known.note(Digest(bytes: key)) }
                return true
            }
        }
        known.complete()
    }

    /// Whether a wording may lead somewhere, or was refused; false of most new ones, at once.
    func mayKnow(_ key: Digest) -> Bool { knownWordings?.mayHave(key) ?? true }
}
