/// One thing the test server does on a connection after it has read a request.
package enum Step: Sendable {
    /// Sends exactly these bytes.
    case send([UInt8])
    /// Sends the bytes one by one.
    case drip([UInt8], everyMilliseconds: Int)
    case pause(milliseconds: Int)
    /// Says nothing until the client leaves or the server stops.
    case hang
    case close
    /// Closes so that the client's socket sees an error (RST).
    case reset

    package static func send(_ text: String) -> Step { .send(Array(text.utf8)) }
}

extension [Step] {
    /// A whole, correct response; the connection stays open.
    package static func reply(
        _ status: Int = 200, _ fields: [String] = ["Content-Type: application/json"], _ body: String = ""
    ) -> [Step] {
        let lines = ["HTTP/1.1 \(status) Scripted"] + fields + ["Content-Length: \(body.utf8.count)", "", body]
        return [.send(lines.joined(separator: "\r\n"))]
    }
}
