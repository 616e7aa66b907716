import Support

/// The keys of a table's rows in their order, each with the checksum that stands in its row.
///
/// They are read a page at a time: a longer read would keep a file's log from being emptied.
struct KeyStream: ~Copyable {
    struct Item {
        let key: RowKey
        let checksum: Int64
    }

    private let table: Table
    private var connection: Connection
    private var page: ArraySlice<Item> = []
    private var last: RowKey?
    private var isOver = false

    /// - Parameter connection: for reads that may take seconds, as a page of a large table on a slow disk does.
    init(_ table: Table, on connection: consuming Connection) {
        self.table = table
        self.connection = connection
    }

    /// The next one, which stays the next; nil at the end.
    mutating func peek() throws(StoreError) -> Item? {
        if page.isEmpty, !isOver { try readPage() }
        return page.first
    }

    mutating func next() throws(StoreError) -> Item? {
        defer { page = page.dropFirst() }
        return try peek()
    }

    private mutating func readPage() throws(StoreError) {
        let (columns, keyCount) = ((table.key + ["checksum"]).joined(separator: ", "), table.keyCount)
        let condition = table.rowsAfterKey(
            last != nil, and: UnfinishedCopy.condition(table), limit: Limits.keysPerCopyStep)
        var items: [Item] = []
        try connection.forEachRow("SELECT \(columns) FROM \(table.name) \(condition)", last?.values ?? []) {
            items.append(Item(key: RowKey($0, count: keyCount), checksum: $0.integer(keyCount)))
            return true
        }
        isOver = items.count < Limits.keysPerCopyStep
        last = items.last?.key ?? last
        page = items[...]
    }
}
