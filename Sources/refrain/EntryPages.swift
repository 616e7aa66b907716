import HTTP
import JSON
import Support

/// Reads a listing page by page.
enum EntryPages {
    /// - Parameter most: ends after so many entries; nil for all of them.
    static func forEach(
        _ connection: ServiceConnection, _ query: [(name: String, value: String)], most: Int? = nil,
        _ body: (JSONValue) throws -> Void
    ) async throws {
        var after = 0
        var left = most ?? .max
        while left > 0 {
            let limit = min(left, pageSize)
            let page = try await connection.send(
                Request(
                    "GET", "/cache/entries",
                    query: query + [(name: "after", value: String(after)), (name: "limit", value: String(limit))]))
            let entries = page["entries"]?.array ?? []
            for entry in entries { try body(entry) }
            left -= entries.count
            guard let next = page["next_after"]?.int else { return }
            after = next
        }
    }

    /// An answer has about a kilobyte: a page is small next to the limit of a response.
    private static let pageSize = 250
}
