package import HTTP
import Support

/// Sends requests over HTTP/1.1 and HTTP/2: keep-alive, no redirects, proxies as the environment names them.
///
/// One thread does all transfers; callers only wait. Closing, or letting go of the client, ends what is under way.
package final class HTTPClient: Sendable {
    private let mailbox: Mailbox

    /// Starts the transfer thread.
    ///
    /// - Parameters:
    ///   - transfersMax: further requests wait their turn, in order.
    ///   - userAgent: for requests that do not bring their own.
    package init(transfersMax: Int = Limits.upstreamTransfersMax, userAgent: String = "refrain") {
        precondition(transfersMax > 0, "a client that may not transfer")
        let mailbox = Mailbox(multi: MultiHandle(connectionsMax: transfersMax))
        self.mailbox = mailbox
        startTransferThread {
            TransferLoop(mailbox: mailbox, transfersMax: transfersMax, userAgent: userAgent).run()
            mailbox.markEnded()
        }
    }

    deinit {
        mailbox.close()
    }

    /// Sends a request and returns the response with its whole body, whatever its status.
    ///
    /// Cancelling the awaiting task ends the transfer. A request that found its kept connection closed before a byte of
    /// the response came is sent once more by libcurl.
    package func send(_ request: OutgoingRequest) async throws(HTTPClientError) -> Response {
        try await response(to: request, stream: nil)
    }

    /// Sends a request and returns at the response's head; its body is a stream for one consumer.
    ///
    /// A consumer that lags makes the transfer pause. The request's time bounds the whole transfer.
    package func stream(_ request: OutgoingRequest) async throws(HTTPClientError) -> Response {
        try await response(to: request, stream: StreamBuffer(bytesMax: Limits.upstreamStreamBytesMax))
    }

    /// Ends what is under way with `closed` and returns when the thread has ended.
    package func close() async {
        mailbox.close()
        await mailbox.waitForEnd()
    }

    private func response(
        to request: OutgoingRequest, stream: StreamBuffer?
    ) async throws(HTTPClientError) -> Response {
        let check = try RequestCheck(request)
        let id = mailbox.nextID()
        let deadline = ContinuousClock.now + .milliseconds(request.timeoutMilliseconds)
        let result = await withTaskCancellationHandler {
            if Task.isCancelled { return Result<Response, HTTPClientError>.failure(HTTPClientError(.cancelled)) }
            return await withCheckedContinuation { continuation in
                let order = Order(
                    id: id, request: request, isLocal: check.isLocal, deadline: deadline, stream: stream,
                    continuation: continuation)
                mailbox.post(.start(order))
                // A cancellation that came before the order found nothing to end.
                if Task.isCancelled { mailbox.post(.cancel(id: id)) }
            }
        } onCancel: {
            mailbox.post(.cancel(id: id))
        }
        return try result.get()
    }
}
