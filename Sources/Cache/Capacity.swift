import Support

/// How much the cache may keep; nil: as much as there is room for.
package struct Capacity: Sendable, Equatable {
    package var entriesMax: Int?
    package var bytesMax: Int?
    /// Of each tenant.
    package var tenantEntriesMax: Int?

    package init(entriesMax: Int? = nil, bytesMax: Int? = nil, tenantEntriesMax: Int? = nil) {
        self.entriesMax = entriesMax
        self.bytesMax = bytesMax
        self.tenantEntriesMax = tenantEntriesMax
    }

    /// How many of the entries have to go.
    ///
    /// A twentieth more than would do: to find out which they are takes long, to be asked again with the next entry.
    func surplus(entries: Int, bytes: Int) -> Int {
        let byCount = entriesMax.map { Capacity.surplus(entries, above: $0) } ?? 0
        guard let bytesMax, bytes > bytesMax, entries > 0 else { return byCount }
        let bytesToGo = Double(bytes) - 0.95 * Double(bytesMax)
        return max(byCount, min(entries, Int((Double(entries) * bytesToGo / Double(bytes)).rounded(.up))))
    }

    static func surplus(_ entries: Int, above limit: Int) -> Int {
        entries > limit ? entries - limit + limit / 20 : 0
    }
}
