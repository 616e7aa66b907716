import HTTP

/// A reply as the steps that send it, faults of the wire included; no I/O.
package struct Transmission: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        case wait(milliseconds: Int)
        case send([UInt8])
        case drip([UInt8], bytesPerSecond: Int)
        /// So many bytes of white space.
        case spaces(Int)
        /// Nothing more until the faults are cleared.
        case hold
        /// Nothing more, until the client leaves.
        case hang
        case close
    }

    package private(set) var steps: [Step] = []

    /// - Parameter keepsAlive: whether the connection stays open afterwards, unless a fault ends it.
    package init(_ reply: Reply, fault: Fault = Fault(), delayMilliseconds: Int = 0, keepsAlive: Bool) {
        let delay = delayMilliseconds + (fault.delayMilliseconds ?? 0)
        if fault.holds { steps.append(.hold) }
        if delay > 0 { steps.append(.wait(milliseconds: delay)) }
        if fault.hangs {
            steps.append(.hang)
        } else if fault.closes {
            steps.append(.close)
        } else {
            send(reply, fault, keepsAlive: keepsAlive)
        }
    }

    private mutating func send(_ reply: Reply, _ fault: Fault, keepsAlive: Bool) {
        let spaces = (fault.hugeMegabytes ?? 0) << 20
        let lengthError = fault.contentLengthOffBy ?? 0
        var headers = reply.headers
        switch reply.body {
        case .whole(let body): headers["Content-Length"] = String(max(0, spaces + body.count + lengthError))
        case .events: headers["Transfer-Encoding"] = "chunked"
        }
        headers["Connection"] = keepsAlive ? "keep-alive" : "close"
        var head = Array("HTTP/1.1 \(reply.status) \(reasonPhrase(reply.status))\r\n".utf8)
        for field in headers.fields { head += "\(field.name): \(field.value)\r\n".utf8 }
        head += "\r\n".utf8

        switch reply.body {
        case .whole(let body):
            let kept = body.prefix(fault.cutAfterBytes ?? .max)
            if spaces > 0 {
                add(head, fault)
                steps.append(.spaces(spaces))
                add(Array(kept), fault)
            } else {
                add(head + kept, fault)
            }
        case .events(let events):
            add(head, fault)
            if spaces > 0 { addComment(spaces) }
            addChunks(events, fault)
        }
        if fault.cutAfterBytes != nil || lengthError > 0 || !keepsAlive { steps.append(.close) }
    }

    /// A chunk of its own with a comment of white space, which no reader of events takes for one.
    private mutating func addComment(_ spaces: Int) {
        steps.append(.send(Array("\(String(spaces + 3, radix: 16))\r\n:".utf8)))
        steps.append(.spaces(spaces))
        steps.append(.send(Array("\n\n\r\n".utf8)))
    }

    private mutating func addChunks(_ events: [[UInt8]], _ fault: Fault) {
        var remaining = fault.cutAfterBytes ?? .max
        for event in events where remaining > 0 {
            let kept = event.prefix(remaining)
            remaining -= kept.count
            let end: [UInt8] = remaining > 0 ? [13, 10] : []
            add(Array("\(String(event.count, radix: 16))\r\n".utf8) + kept + end, fault)
        }
        if fault.cutAfterBytes == nil { add(Array("0\r\n\r\n".utf8), fault) }
    }

    private mutating func add(_ bytes: [UInt8], _ fault: Fault) {
        if let bytesPerSecond = fault.dripBytesPerSecond {
            steps.append(.drip(bytes, bytesPerSecond: bytesPerSecond))
        } else {
            steps.append(.send(bytes))
        }
    }
}

private func reasonPhrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    default: "Stand-in"
    }
}
