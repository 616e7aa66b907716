import CCurl
import HTTP
import Support

/// One request under way: its handle, what has come of the response, and whom to tell. Lives on the transfer thread.
final class Transfer {
    let order: Order
    let easy = EasyHandle()
    private var lines = LineList()
    private let mailbox: Mailbox
    private var head = ResponseHead()
    private var body: [UInt8] = []
    private var bodyByteCount = 0
    /// Why a callback of ours stopped the transfer; libcurl then knows only that one did.
    private var stop: HTTPClientError?
    private var isAnswered = false

    /// - Parameter remainingMilliseconds: what is left of the request's time.
    init(_ order: Order, remainingMilliseconds: Int, userAgent: String, mailbox: Mailbox) {
        self.order = order
        self.mailbox = mailbox
        prepareConnection(remainingMilliseconds: remainingMilliseconds)
        prepareRequest(userAgent: userAgent)
        prepareCallbacks()
    }

    private func prepareConnection(remainingMilliseconds: Int) {
        let request = order.request
        easy.set(CURLOPT_URL, request.url)
        easy.set(CURLOPT_PROTOCOLS_STR, "http,https")
        easy.set(CURLOPT_FOLLOWLOCATION, 0)
        easy.set(CURLOPT_NOSIGNAL, 1)
        easy.set(CURLOPT_TIMEOUT_MS, remainingMilliseconds)
        easy.set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeoutMilliseconds)
        // A name lookup cannot be interrupted: without this, giving one up would block every transfer until it ends.
        easy.set(CURLOPT_QUICK_EXIT, 1)
        // A model may think for minutes without a byte; routers forget connections that are silent for so long.
        easy.set(CURLOPT_TCP_KEEPALIVE, 1)
        easy.set(CURLOPT_TCP_KEEPIDLE, 60)
        easy.set(CURLOPT_TCP_KEEPINTVL, 30)
        easy.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        // HTTP/2 where TLS offers it. A stream may have to pause, and libcurl 7.88 can let the other transfers of a
        // shared HTTP/2 connection hang then: it gets a connection of its own.
        let version = order.stream == nil ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1
        easy.set(CURLOPT_HTTP_VERSION, version)
        if let path = request.unixSocket { easy.set(CURLOPT_UNIX_SOCKET_PATH, path) }
        if order.isLocal { easy.set(CURLOPT_PROXY, "") }
    }

    private func prepareRequest(userAgent: String) {
        let request = order.request
        easy.set(CURLOPT_USERAGENT, userAgent)
        if !request.body.isEmpty || request.method == "POST" || request.method == "PUT" || request.method == "PATCH" {
            easy.set(CURLOPT_POST, 1)
            easy.set(CURLOPT_POSTFIELDSIZE_LARGE, large: request.body.count)
            unsafe request.body.withUnsafeBytes { bytes in
                // The empty text stands for an empty body: a null pointer would make libcurl ask a callback for one.
                if request.body.isEmpty { return easy.set(CURLOPT_COPYPOSTFIELDS, "") }
                unsafe easy.set(CURLOPT_COPYPOSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
            }
        } else if request.method == "HEAD" {
            easy.set(CURLOPT_NOBODY, 1)
        }
        easy.set(CURLOPT_CUSTOMREQUEST, request.method)
        for field in request.headers.fields {
            // libcurl reads `Name:` as "leave it out" and `Name;` as an empty value.
            lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // Fields that libcurl would add on its own: a form's type, and a question before a large body.
        if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
        lines.append("Expect:")
        unsafe easy.set(CURLOPT_HTTPHEADER, pointer: lines.pointer)
    }

    private func prepareCallbacks() {
        unsafe easy.set(CURLOPT_PRIVATE, pointer: UnsafeMutableRawPointer(bitPattern: order.id))
        easy.set(CURLOPT_MAXFILESIZE_LARGE, large: order.request.bodyBytesMax)
        // Unretained: the loop holds the transfer for as long as its handle is in the multi handle.
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe easy.set(CURLOPT_HEADERDATA, pointer: me)
        unsafe easy.set(CURLOPT_HEADERFUNCTION) { line, size, count, user in
            guard let line = unsafe line, let user = unsafe user else { return 0 }
            let transfer = unsafe Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
            return unsafe transfer.receive(line: UnsafeRawBufferPointer(start: line, count: size * count))
        }
        unsafe easy.set(CURLOPT_WRITEDATA, pointer: me)
        unsafe easy.set(CURLOPT_WRITEFUNCTION) { piece, size, count, user in
            guard let piece = unsafe piece, let user = unsafe user else { return 0 }
            let transfer = unsafe Unmanaged<Transfer>.fromOpaque(user).takeUnretainedValue()
            return unsafe transfer.receive(piece: UnsafeRawBufferPointer(start: piece, count: size * count))
        }
    }

    /// - Returns: the count of bytes taken; fewer ends the transfer.
    private func receive(line: UnsafeRawBufferPointer) -> Int {
        unsafe head.take(line: line)
        let bytesMax = Limits.upstreamHeaderBytesMax
        guard head.byteCount <= bytesMax else { return stop(.tooLarge, "its head is over \(bytesMax) bytes") }
        if head.isComplete, let stream = order.stream, !isAnswered {
            let lease = BodyStream.Lease(id: order.id, buffer: stream, mailbox: mailbox)
            answer(.success(Response(head.status, headers: head.headers, body: .stream(BodyStream(lease: lease)))))
        }
        return line.count
    }

    /// - Returns: the count of bytes taken; fewer ends the transfer, `curl_write_pause` pauses it.
    private func receive(piece: UnsafeRawBufferPointer) -> Int {
        let bytesMax = order.request.bodyBytesMax
        guard bodyByteCount + piece.count <= bytesMax else { return stop(.tooLarge, "it is over \(bytesMax) bytes") }
        if let stream = order.stream {
            guard unsafe stream.append(piece) else { return curl_write_pause }
        } else {
            unsafe body.append(contentsOf: piece)
        }
        bodyByteCount += piece.count
        return piece.count
    }

    private func stop(_ kind: HTTPClientError.Kind, _ detail: String) -> Int {
        stop = HTTPClientError(kind, detail: detail, hasResponseBegun: true)
        return 0
    }

    /// Lets a paused transfer run on.
    ///
    /// - Returns: how it ended, when it cannot run on.
    func resume() -> CURLcode? {
        let code = unsafe curl_easy_resume(easy.pointer)
        return code == CURLE_OK ? nil : code
    }

    /// Tells the caller how libcurl ended the transfer.
    func finish(_ code: CURLcode) {
        if code == CURLE_OK, head.isComplete {
            if order.stream == nil {
                answer(.success(Response(head.status, headers: head.headers, body: .bytes(body))))
            }
            order.stream?.finish(.success(()))
        } else {
            fail(stop ?? error(of: code))
        }
    }

    private func error(of code: CURLcode) -> HTTPClientError {
        // libcurl takes a head that the end of the connection cut off for a whole one.
        if code == CURLE_OK {
            return HTTPClientError(.cut, detail: "the response's head has no end", hasResponseBegun: true)
        }
        let isTimeUp = ContinuousClock.now >= order.deadline
        let kind = HTTPClientError.Kind(code, hasConnected: easy.hasConnected, isTimeUp: isTimeUp)
        return HTTPClientError(kind, detail: easy.explanation(of: code), hasResponseBegun: head.byteCount > 0)
    }

    /// Tells the caller that the transfer did not end well.
    func fail(_ error: HTTPClientError) {
        answer(.failure(error))
        order.stream?.finish(.failure(error))
    }

    /// The error for a transfer that is ended from outside.
    func interruption(_ kind: HTTPClientError.Kind) -> HTTPClientError {
        HTTPClientError(kind, hasResponseBegun: head.byteCount > 0)
    }

    private func answer(_ result: Result<Response, HTTPClientError>) {
        guard !isAnswered else { return }
        isAnswered = true
        order.continuation.resume(returning: result)
    }
}
