/// A response to be sent, or as a client received it.
package struct Response: Sendable {
    package var status: Int
    package var headers: Headers
    package var body: Body

    package init(_ status: Int, headers: Headers = Headers(), body: Body = .bytes([])) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package enum Body: Sendable {
        /// The whole body; its length is sent as Content-Length.
        case bytes([UInt8])
        /// Pieces as they come, sent chunked; an error cuts the connection, so that no client takes it for the end.
        case stream(any AsyncSequence<[UInt8], any Error> & Sendable)

        /// The bytes of a whole body; nil for a stream.
        package var bytes: [UInt8]? {
            if case .bytes(let bytes) = self { return bytes }
            return nil
        }
    }
}
