public import Synchronization

/// Values by key that were asked for lately, within a bound on their size.
///
/// There are two generations: what is not asked for while the younger fills up goes with the older. It is public, though
/// nobody outside uses it, because only such code is made part of whoever uses it: a search by a key that is not known to
/// the compiler takes several times as long.
public final class RecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline
    struct Kept {
        @usableFromInline let value: Value
        @usableFromInline let bytes: Int

        @inlinable
        init(value: Value, bytes: Int) {
            self.value = value
            self.bytes = bytes
        }
    }

    @usableFromInline
    struct State {
        @usableFromInline var younger: [Key: Kept] = [:]
        @usableFromInline var older: [Key: Kept] = [:]
        @usableFromInline var youngerBytes = 0

        @inlinable
        init() {}

        @inlinable
        mutating func keep(_ kept: Kept, for key: Key, generationBytesMax: Int) {
            if youngerBytes >= generationBytesMax {
                older = younger
                younger.removeAll()
                youngerBytes = 0
            }
            youngerBytes += kept.bytes - (younger.updateValue(kept, forKey: key)?.bytes ?? 0)
        }
    }

    @usableFromInline let generationBytesMax: Int
    @usableFromInline let state = Mutex(State())

    /// - Parameter bytesMax: of all that is kept, each as large as `keep` says; the last of a generation may go beyond.
    public init(bytesMax: Int) {
        generationBytesMax = bytesMax / 2
    }

    /// The value that is kept for a key.
    @inlinable public subscript(key: Key) -> Value? {
        state.withLock { state in
            if let kept = state.younger[key] { return kept.value }
            guard let kept = state.older[key] else { return nil }
            state.keep(kept, for: key, generationBytesMax: generationBytesMax)
            return kept.value
        }
    }

    /// Keeps a value that takes so many bytes; one that was kept for the key goes.
    @inlinable
    public func keep(_ value: Value, for key: Key, bytes: Int) {
        state.withLock {
            $0.keep(Kept(value: value, bytes: bytes), for: key, generationBytesMax: generationBytesMax)
        }
    }
}
