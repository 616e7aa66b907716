package import HTTP
package import JSON

/// A reply as it would be sent if nothing went wrong.
package struct Reply: Sendable, Equatable {
    package enum Body: Sendable, Equatable {
        case whole([UInt8])
        /// Server-sent events, each in a chunk of its own.
        case events([[UInt8]])
    }

    package var status: Int
    package var headers: Headers
    package var body: Body

    package init(_ status: Int, headers: Headers, body: Body) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(_ status: Int = 200, json: JSONValue) {
        self.init(status, headers: ["Content-Type": "application/json"], body: .whole(json.bytes))
    }

    package init(events: [[UInt8]]) {
        self.init(
            200, headers: ["Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"],
            body: .events(events))
    }

    package init(_ error: APIError) {
        self.init(error.status, json: error.json)
    }

    /// Shapes the reply as a fault wants it; what concerns the wire alone is ``Transmission``'s.
    package mutating func apply(_ fault: Fault) {
        if let status = fault.status {
            let error = APIError(status, "The stand-in was told to fail with \(status).")
            self = Reply(status, json: fault.body ?? error.json)
        }
        if let value = fault.retryAfter { headers["Retry-After"] = value }
        if let value = fault.retryAfterMilliseconds { headers["retry-after-ms"] = String(value) }
        if let value = fault.shouldRetry { headers["x-should-retry"] = String(value) }
        if fault.html {
            headers["Content-Type"] = "text/html"
            body = .whole(Array("<html><body><h1>This is not the API</h1></body></html>\n".utf8))
        }
        if fault.badJSON { halve() }
    }

    /// Leaves half of the JSON: of the body, or of each event's data.
    private mutating func halve() {
        switch body {
        case .whole(let bytes): body = .whole(Array(bytes[..<(bytes.count / 2)]))
        case .events(let events):
            body = .events(events.map { Array($0[..<max($0.count / 2, 8)] + [10, 10]) })
        }
    }
}
