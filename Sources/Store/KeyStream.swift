import Support

/// The keys of a table's rows in their order, each with the checksum that stands in its row.
///
/// They are read a page at a time: a longer read would keep a file's log from being emptied.
struct KeyStream {
    struct Item: Sendable {
        let key: RowKey
        let checksum: Int64
    }

    private let table: Table
    private let readers: Readers
    private var page: ArraySlice<Item> = []
    private var last: RowKey?
    private var isOver = false

    init(_ table: Table, in readers: Readers) {
        self.table = table
        self.readers = readers
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
        let items = try readers.read { [table, last] (connection) throws(StoreError) in
            let columns = (table.key + ["checksum"]).joined(separator: ", ")
            let condition = table.rowsAfterKey(
                last != nil, and: UnfinishedCopy.condition(table), limit: Limits.keysPerCopyStep)
            var items: [Item] = []
            try connection.forEachRow("SELECT \(columns) FROM \(table.name) \(condition)", last?.values ?? []) {
                items.append(Item(key: RowKey($0, count: table.keyCount), checksum: $0.integer(table.keyCount)))
                return true
            }
            return items
        }
        isOver = items.count < Limits.keysPerCopyStep
        last = items.last?.key ?? last
        page = items[...]
    }
}
