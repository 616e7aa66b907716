/// A request as the test server has read it.
package struct ReceivedRequest: Sendable {
    package var method: String
    /// The path and query as they were sent.
    package var target: String
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    /// From 0, over all connections.
    package var number: Int

    /// Every value of that name, ASCII case aside.
    package func values(of name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Parses a head up to its empty line; nil when it is none.
    init?(head: some Sequence<UInt8>, number: Int) {
        var lines = String(decoding: Array(head), as: UTF8.self).split(separator: "\r\n")
        guard !lines.isEmpty else { return nil }
        let words = lines.removeFirst().split(separator: " ")
        guard words.count == 3 else { return nil }
        method = String(words[0])
        target = String(words[1])
        fields = lines.map { line in
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let value = parts.count > 1 ? parts[1].drop(while: { $0 == " " }) : ""
            return (String(parts[0]), String(value))
        }
        body = []
        self.number = number
    }
}
