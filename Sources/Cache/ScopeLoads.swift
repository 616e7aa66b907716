import Store
import Support

/// Which scopes are on their way into memory, and what happened to them meanwhile. A scope is away, is being read, or is
/// here; only one that is being read is kept here, or one that there was no memory for.
struct ScopeLoads {
    /// A scope that is being read.
    struct Load {
        /// Opened when the reading is over, however it ends.
        let gate = Gate()
        let begin = ContinuousClock.now
    }

    enum Answer {
        case isHere
        /// - isFirst: whoever asks has to have it read.
        case isRead(Load, isFirst: Bool)
        /// There was no memory for it a moment ago.
        case isRefused
    }

    enum Settling {
        case isHere(Gate)
        /// These came meanwhile, and have to be taken in first.
        case hasNews([Change])
        /// Changes were missed: it has to be read once more.
        case startsOver
    }

    private struct State {
        let load = Load()
        var kept: Set<Change> = []
        var startsOver = false
    }

    private var states: [ScopeID: State] = [:]
    private var refusedUntil: [ScopeID: Timestamp] = [:]

    mutating func ask(_ scope: ScopeID, at now: Timestamp) -> Answer {
        if let state = states[scope] { return .isRead(state.load, isFirst: false) }
        if let until = refusedUntil[scope], now < until { return .isRefused }
        // Before anything is read: what is committed afterwards is either in what is read or comes as a change.
        let state = State()
        states[scope] = state
        return .isRead(state.load, isFirst: true)
    }

    /// Keeps a change of a scope that is being read.
    mutating func keep(_ change: Change) {
        if let scope = change.scope { states[scope]?.kept.insert(change) }
    }

    /// Keeps what this node itself has changed of an entry: it is to be found at once, whenever its change comes back.
    mutating func keep(_ entry: EntryID, of scope: ScopeID) {
        keep(Change(commit: .max, kind: .changed, scope: scope, row: entry.rawValue))
    }

    mutating func settle(_ scope: ScopeID) -> Settling {
        guard let state = states[scope] else { preconditionFailure("a scope is settled that nobody reads") }
        if state.startsOver {
            states[scope]!.startsOver = false
            states[scope]!.kept = []
            return .startsOver
        }
        if !state.kept.isEmpty {
            states[scope]!.kept = []
            return .hasNews(Array(state.kept))
        }
        states[scope] = nil
        refusedUntil[scope] = nil
        return .isHere(state.load.gate)
    }

    /// - Returns: what those who wait wait for, and whether it is the first time that the scope is refused.
    mutating func giveUp(_ scope: ScopeID, until: Timestamp?) -> (gate: Gate?, isNews: Bool) {
        let isNews = until != nil && refusedUntil[scope] == nil
        if let until { refusedUntil[scope] = until }
        return (states.removeValue(forKey: scope)?.load.gate, isNews)
    }

    /// Forgets refusals that were over before a time.
    mutating func removeRefusals(before time: Timestamp) {
        refusedUntil = refusedUntil.filter { $0.value >= time }
    }

    mutating func startOver() {
        for scope in states.keys {
            states[scope]!.startsOver = true
            states[scope]!.kept = []
        }
    }
}
