import CMicroHTTPD
import Glibc
import HTTP
import Support
import Synchronization

/// One request and its response, from the request's first line until the response is sent or the connection is lost.
///
/// libmicrohttpd's thread brings the request in pieces (`proceed`). When it is whole and not answered at once, the
/// connection is suspended and a task runs the handler; the task's end resumes the connection, and libmicrohttpd's
/// next call takes the response. Responses are queued nowhere else.
@safe final class Exchange: Sendable {
    let context: ServerContext
    let connection: Connection
    /// Passed back to libmicrohttpd and never looked into; valid until `complete`.
    nonisolated(unsafe) let handle: OpaquePointer
    private let target: [UInt8]
    private let state = Mutex(State())

    private enum Phase {
        /// The headers are awaited.
        case head
        /// The body of a request with this head is awaited.
        case body(ReadHead)
        /// The request is refused, and its body of at most so many more bytes is read past.
        case passing(bytesMax: Int)
        /// The connection is suspended while the handler works.
        case handling
        /// The handler's response, until libmicrohttpd takes it.
        case answered(Response)
        /// The response is queued, or the connection is lost.
        case done
    }

    private struct State {
        var phase = Phase.head
        var body: [UInt8] = []
        var task: Task<Void, Never>?
        var stream: ResponseStream?
        /// Whether the response goes out without its body.
        var isHead = false
        var isDeserted = false
    }

    init(context: ServerContext, connection: Connection, handle: OpaquePointer, target: UnsafeRawBufferPointer) {
        self.context = context
        self.connection = connection
        unsafe self.handle = unsafe handle
        self.target = unsafe connection.latestHead?.target(of: target) ?? Array(target)
        context.exchangesOpen.add(1, ordering: .relaxed)
        connection.isBusy.store(true, ordering: .releasing)
    }

    // MARK: Called by libmicrohttpd's thread

    /// Takes the next part of the request: first the head, then pieces of the body, then nothing for its end; and after
    /// the connection was suspended, nothing again.
    ///
    /// - Parameters:
    ///   - method, target, version: pieces of the received first line.
    ///   - upload: a piece of the body.
    /// - Returns: false to cut the connection.
    func proceed(
        method: UnsafePointer<CChar>, target: UnsafePointer<CChar>, version: UnsafePointer<CChar>,
        upload: UnsafeRawBufferPointer
    ) -> Bool {
        let phase = state.withLock { state in
            let phase = state.phase
            state.phase = .done
            return phase
        }
        switch phase {
        case .head:
            return unsafe begin(
                ReceivedHead(handle, target: self.target, method: method, targetPiece: target, version: version))
        case .body(let head) where upload.count > 0:
            return unsafe add(upload, to: head)
        case .body(let head):
            let body = state.withLock { state in
                let body = state.body
                state.body = []
                return body
            }
            return answer(Request(head.request, body: body))
        case .passing(let left):
            return upload.count > 0 && pass(upload.count, of: left)
        case .answered(let response):
            return send(response)
        case .handling, .done:
            preconditionFailure("libmicrohttpd asks for a response while suspended or after one")
        }
    }

    /// The response is sent or the connection is lost: whatever still works for it is told to stop.
    func complete() {
        let (task, stream, isRequest) = state.withLock { state in
            let isRequest = if case .head = state.phase { false } else { true }
            state.phase = .done
            // The stream knows its exchange: it is let go here so that neither keeps the other.
            defer { (state.task, state.stream) = (nil, nil) }
            return (state.task, state.stream, isRequest)
        }
        task?.cancel()
        stream?.cancel()
        connection.isBusy.store(false, ordering: .releasing)
        if isRequest { context.requestsOpen.subtract(1, ordering: .relaxed) }
        context.exchangesOpen.subtract(1, ordering: .releasing)
    }

    private func begin(_ received: ReceivedHead) -> Bool {
        context.requests.add(1, ordering: .relaxed)
        context.requestsOpen.add(1, ordering: .relaxed)
        if let latest = connection.latestHead, unsafe latest.isSame(as: received), !context.isOverloaded {
            awaitBody(of: latest)
            return true
        }
        let head = unsafe RequestHead(received)
        do throws(Refusal) {
            let length = try head.check(context.configuration)
            // A small request may have its answer at hand, which is known when it is whole.
            if context.isOverloaded, !length.isKnown(upTo: Limits.immediateBodyBytesMax) { throw .overloaded }
            guard unsafe received.isWhole else { throw .unclearHeaders }
            guard unsafe received.isTargetWhole else { throw .malformedTarget }
            let parts = try RequestTarget(target)
            let isHead = head.method == "HEAD"
            let request = Request.Head(
                // The handler answers HEAD as it answers GET; libmicrohttpd leaves out the body.
                isHead ? "GET" : head.method, parts.path, query: parts.query, headers: head.headers,
                peer: connection.peer)
            let read = unsafe ReadHead(received, request, length, isHead: isHead)
            connection.latestHead = head.size <= Limits.rememberedHeadBytesMax ? read : nil
            awaitBody(of: read)
            return true
        } catch {
            // Who waits for leave to send a body has not sent it.
            return error.isOfBodySize && head.headers["Expect"] == nil ? refuseWithinBody(error) : refuse(error)
        }
    }

    private func awaitBody(of head: ReadHead) {
        state.withLock { state in
            state.phase = .body(head)
            state.isHead = head.isHead
            if case .known(let bytes) = head.length { state.body.reserveCapacity(bytes) }
        }
    }

    /// Sends the refusal of a body that is still coming, and reads on for a while: a client that sends the whole before
    /// it reads would see its connection reset in the place of the refusal.
    private func refuseWithinBody(_ refusal: Refusal) -> Bool {
        context.refused.add(1, ordering: .relaxed)
        // Within a body libmicrohttpd takes no response, only the order to cut the connection. Nothing else is being
        // sent on it now, so the refusal can go out past it.
        RawResponse(refusal).send(to: connection.descriptor)
        shutdown(connection.descriptor, Int32(SHUT_WR))
        unsafe mhd_set_connection_timeout(handle, UInt32(Limits.lingerSecondsMax))
        return pass(0, of: Limits.refusedBodyBytesMax)
    }

    private func pass(_ count: Int, of left: Int) -> Bool {
        guard count <= left else { return false }
        state.withLock { $0.phase = .passing(bytesMax: left - count) }
        return true
    }

    private func add(_ upload: UnsafeRawBufferPointer, to head: ReadHead) -> Bool {
        let limit = context.configuration.requestBodyBytesMax
        let fits = state.withLock { state in
            guard state.body.count + upload.count <= limit else { return false }
            unsafe state.body.append(contentsOf: upload)
            state.phase = .body(head)
            return true
        }
        if fits { return true }
        state.withLock { $0.body = [] }
        return refuseWithinBody(.bodyTooLarge(limit: limit))
    }

    private func answer(_ request: Request) -> Bool {
        let immediate = context.immediate?(request)
        if case .response(let response)? = immediate { return send(response) }
        if context.isOverloaded { return refuse(.overloaded) }
        state.withLock { $0.phase = .handling }
        guard context.connections.suspend(self) else { return refuse(.stopping) }
        let task = Task {
            if case .rest(let rest)? = immediate { return finish(await rest()) }
            finish(await context.handler(request))
        }
        let isDeserted = state.withLock { state in
            state.task = task
            return state.isDeserted
        }
        if isDeserted { task.cancel() }
        return true
    }

    private func refuse(_ refusal: Refusal) -> Bool {
        context.refused.add(1, ordering: .relaxed)
        return send(refusal.response)
    }

    private func send(_ response: consuming Response) -> Bool {
        if context.isDraining.load(ordering: .acquiring) { response.headers["Connection"] = "close" }
        let outgoing: OutgoingResponse
        switch response.body {
        case .bytes(let bytes):
            outgoing = OutgoingResponse(bytes)
        case .stream(let pieces):
            let stream = ResponseStream(pieces, of: self)
            let isHead = state.withLock { state in
                state.stream = stream
                return state.isHead
            }
            outgoing = OutgoingResponse(stream, isChunked: !isHead)
        }
        outgoing.add(response.headers, log: context.log)
        state.withLock { $0.phase = .done }
        return unsafe outgoing.queue(status: response.status, on: handle, log: context.log)
    }

    // MARK: Called by other threads

    /// The handler has its response.
    private func finish(_ response: Response) {
        let isAwaited = state.withLock { state in
            state.task = nil
            guard case .handling = state.phase else { return false }
            state.phase = .answered(response)
            return true
        }
        if isAwaited { context.connections.resume(self) }
    }

    /// The client has left: the work for it is cancelled.
    func desert() {
        context.deserted.add(1, ordering: .relaxed)
        let (task, stream) = state.withLock { state in
            state.isDeserted = true
            return (state.task, state.stream)
        }
        task?.cancel()
        stream?.cancel()
    }

    /// The server waits no longer: the work is cancelled and the client is told so, or its stream is cut.
    func abandon() {
        let (task, stream) = state.withLock { state in
            if case .handling = state.phase { state.phase = .answered(Refusal.stopping.response) }
            return (state.task, state.stream)
        }
        task?.cancel()
        stream?.cancel()
        context.connections.resume(self)
    }
}
