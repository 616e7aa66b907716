import HTTP
package import JSON

/// What was asked of the API so far: counts for tests, and the last requests.
package struct Recorder: Sendable {
    /// The size up to which a body is kept.
    static let bodyBytesMax = 64 << 10

    private struct Entry: Sendable {
        var method: String
        var call: Call
        var headers: Headers
        var body: [UInt8]
        var status: Int
    }

    /// How many of the last requests are kept whole.
    private let entriesMax: Int
    private var counts: [String: [Purpose: Int]] = [:]
    private var last: [Entry] = []
    private var inFlight = 0
    /// The most requests under way at one time.
    private var peak = 0
    /// Replies that the client did not wait for.
    private var abandoned = 0

    package init(entriesMax: Int) {
        self.entriesMax = entriesMax
    }

    /// - Parameter status: what is to be sent; a reply that never comes counts as 0.
    package mutating func begin(_ request: WireRequest, _ call: Call, status: Int) {
        counts[call.model ?? "", default: [:]][call.purpose, default: 0] += 1
        inFlight += 1
        peak = max(peak, inFlight)
        let body = request.body.count <= Self.bodyBytesMax ? request.body : []
        last.append(
            Entry(method: request.method, call: call, headers: request.headers, body: body, status: status))
        if last.count > entriesMax { last.removeFirst() }
    }

    package mutating func end(abandoned isAbandoned: Bool) {
        inFlight -= 1
        if isAbandoned { abandoned += 1 }
    }

    /// Forgets all but the requests under way.
    package mutating func reset() {
        let underWay = inFlight
        self = Recorder(entriesMax: entriesMax)
        (inFlight, peak) = (underWay, underWay)
    }

    /// `{total, in_flight, peak_in_flight, abandoned, counts: {model: {purpose: n}}, last: [{method, path, model,
    /// purpose, status, headers, body}]}`, the newest last; a request without a model counts under `""`. A body is
    /// JSON where it can be, else a string. The value of `Authorization` is kept back.
    package var json: JSONValue {
        var byModel = JSONObject()
        for (model, purposes) in counts.sorted(by: { $0.key < $1.key }) {
            var byPurpose = JSONObject()
            for (purpose, count) in purposes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                byPurpose[purpose.rawValue] = .number(count)
            }
            byModel[model] = .object(byPurpose)
        }
        let total = counts.values.reduce(0) { $0 + $1.values.reduce(0, +) }
        return [
            "total": .number(total), "in_flight": .number(inFlight), "peak_in_flight": .number(peak),
            "abandoned": .number(abandoned), "counts": .object(byModel), "last": .array(last.map(Self.json)),
        ]
    }

    private static func json(_ entry: Entry) -> JSONValue {
        var headers = JSONObject()
        for field in entry.headers.fields {
            let isSecret = Headers.same(field.name, "authorization")
            headers[field.name.lowercased()] = .string(isSecret ? "(kept back)" : field.value)
        }
        return [
            "method": .string(entry.method), "path": .string(entry.call.path),
            "model": entry.call.model.map { .string($0) } ?? .null,
            "purpose": .string(entry.call.purpose.rawValue), "status": .number(entry.status),
            "headers": .object(headers),
            "body": (try? JSONValue.parse(entry.body)) ?? .string(String(decoding: entry.body, as: UTF8.self)),
        ]
    }
}
