import Search
import Store
import Support

/// The rows of one scope's index, and which of its aliases is whose.
///
/// An entry has a row of its own question, named by its number, and one for each alias with a vector, named by minus the
/// vector's number.
struct IndexRows {
    let index: VectorIndex
    private(set) var entryOfAlias: [AliasVectorID: EntryID] = [:]
    private var aliases: [EntryID: [AliasVectorID]] = [:]
    /// When the scope was last asked for, where scopes are dropped when nobody does.
    var lastUse = Timestamp(milliseconds: 0)

    init(dimension: Int) {
        index = VectorIndex(dimension: dimension)
    }

    /// Entries that have a vector.
    var entryCount: Int { index.count - entryOfAlias.count }

    func aliases(of entry: EntryID) -> [AliasVectorID] { aliases[entry] ?? [] }

    func add(_ entry: EntryID, _ vector: Span<Float>) {
        index.add(entry.rawValue, vector)
    }

    mutating func add(_ alias: AliasVectorID, of entry: EntryID, _ vector: Span<Float>) {
        if entryOfAlias.updateValue(entry, forKey: alias) == nil { aliases[entry, default: []].append(alias) }
        index.add(-alias.rawValue, vector)
    }

    mutating func remove(_ entry: EntryID) {
        index.remove(entry.rawValue)
        for alias in aliases.removeValue(forKey: entry) ?? [] {
            entryOfAlias[alias] = nil
            index.remove(-alias.rawValue)
        }
    }

    mutating func remove(_ gone: [AliasVectorID], of entry: EntryID) {
        for alias in gone {
            entryOfAlias[alias] = nil
            aliases[entry]?.removeAll { $0 == alias }
            index.remove(-alias.rawValue)
        }
    }

    /// The entries of which something is not here yet.
    func lacking(own: Set<EntryID>, aliases: [AliasVectorID: EntryID]) -> Set<EntryID> {
        var lacking = own.filter { !index.contains($0.rawValue) }
        for (alias, entry) in aliases where entryOfAlias[alias] == nil { lacking.insert(entry) }
        return lacking
    }

    /// Takes in what entries have now.
    ///
    /// - Parameter replacing: the entries of which nothing else is to stay, those that are gone included. Of the others
    ///   whatever is here still holds.
    mutating func take(_ entries: [EntryVectors], replacing: Set<EntryID>) {
        var gone = replacing
        for found in entries {
            gone.remove(found.entry)
            if replacing.contains(found.entry) {
                let kept = Set(found.aliases.map(\.id))
                remove(aliases(of: found.entry).filter { !kept.contains($0) }, of: found.entry)
                if found.own == nil { index.remove(found.entry.rawValue) }
            }
            if let own = found.own, replacing.contains(found.entry) || !index.contains(found.entry.rawValue) {
                index.add(found.entry.rawValue, own.span)
            }
            for alias in found.aliases where entryOfAlias[alias.id] == nil {
                add(alias.id, of: found.entry, alias.vector.span)
            }
        }
        for entry in gone { remove(entry) }
    }
}
