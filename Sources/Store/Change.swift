/// Something that a commit of any node changed, and that nodes may hold in memory.
package struct Change: Hashable, Sendable {
    package enum Kind: Int64, Sendable {
        /// There is something new about an entry; whatever was found before still holds.
        case added = 0
        /// An entry is another one than before, or gone.
        case changed = 1
        /// A pair was observed.
        case observed = 2
        /// Something was learned, or forgotten, of how long answers with a tag hold.
        case tags = 3
    }

    /// Of the commit that made it; grows in the order of commits.
    package let commit: Int64
    package let kind: Kind
    /// Nil where none is meant.
    package let scope: ScopeID?
    /// The entry's number, or the observation's; 0 where none is meant.
    package let row: Int64

    package init(commit: Int64, kind: Kind, scope: ScopeID?, row: Int64) {
        self.commit = commit
        self.kind = kind
        self.scope = scope
        self.row = row
    }
}

/// A change that a transaction has made and not yet told of.
struct NotedChange {
    let kind: Change.Kind
    let scope: ScopeID?
    /// The entry's number, or the observation's; 0 where none is meant.
    let item: Int64
}

/// Keeps what it holds in memory up with what nodes commit.
package protocol ChangeFollower: AnyObject, Sendable {
    /// Takes in changes, in the order of their commits; called by one thread. Returning acknowledges them: nothing that
    /// they forget is served afterwards.
    func apply(_ changes: [Change])

    /// Changes were missed: everything in memory has to be read anew.
    func startOver()
}
