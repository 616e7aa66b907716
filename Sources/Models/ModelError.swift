package import HTTP
import HTTPClient
import JSON
import Support

/// Why a model's call brought no answer.
package struct ModelError: ExplainedError, Equatable {
    package enum Kind: Sendable, Equatable {
        /// No upstream is configured.
        case noUpstream
        /// The upstream could not be reached, or the connection broke.
        case unreachable
        case timedOut
        /// The upstream has failed so often that it is left alone for a while.
        case suspended(seconds: Int)
        /// The awaiting task was cancelled.
        case cancelled
        /// The upstream's own error, to be passed on as it is.
        case rejected(status: Int, headers: Headers, body: [UInt8])
        /// The upstream claimed success with something that is no answer.
        case invalidReply(reason: String)
        /// The plan that was to bring the answer failed.
        case planFailed(reason: String)
    }

    package let kind: Kind
    /// The cause, on one line, without the key.
    package let detail: String?

    package init(_ kind: Kind, detail: String? = nil) {
        self.kind = kind
        self.detail = detail
    }

    package var what: String {
        switch kind {
        case .noUpstream: "no model service is configured"
        case .unreachable: "the model service cannot be reached"
        case .timedOut: "the model service did not answer in time"
        case .suspended(let seconds): "the model service keeps failing; it is not called for \(seconds) s"
        case .cancelled: "the call was cancelled"
        case .rejected(let status, _, _): "the model service refused the call with status \(status)"
        case .planFailed: "the plan brought no answer"
        case .invalidReply: "the model service's reply cannot be understood"
        }
    }

    package var why: String? {
        switch kind {
        case .invalidReply(let reason), .planFailed(let reason): reason
        default: detail
        }
    }

    package var remedy: String? {
        switch kind {
        case .noUpstream: "set OPENAI_API_KEY, or --upstream to an OpenAI-compatible API"
        case .unreachable, .invalidReply: "check the upstream's address, which ends in /v1"
        case .rejected(status: 401, _, _): "check OPENAI_API_KEY"
        case .rejected, .timedOut, .suspended, .cancelled, .planFailed: nil
        }
    }

    /// Whether the upstream says that it does not have the model (any more).
    ///
    /// OpenAI answers 404 with the code `model_not_found`; others send the code with 400 or 403, or 410.
    var isModelGone: Bool {
        guard case .rejected(let status, _, let body) = kind, (400...499).contains(status) else { return false }
        if status == 404 || status == 410 { return true }
        let code = (try? JSONValue.parse(body))?["error"]?["code"]?.string
        return code == "model_not_found" || code == "model_decommissioned"
    }
}

extension ModelError {
    /// The error that a call ends with when its last try failed like this.
    init(_ failure: TryFailure, key: Secret?) {
        switch failure {
        case .response(let status, _, let body) where (300...399).contains(status):
            let reason = "a redirect (status \(status)), which is not followed"
            self.init(.invalidReply(reason: body.isEmpty ? reason : reason + ": " + excerpt(of: body, hiding: key)))
        case .response(let status, let headers, let body):
            let message = (try? JSONValue.parse(body))?["error"]?["message"]?.string
            let text = message.map { Array($0.utf8) } ?? body
            self.init(
                .rejected(status: status, headers: headers, body: body),
                detail: text.isEmpty ? nil : excerpt(of: text, hiding: key))
        case .transport(let error):
            switch error.kind {
            case .timedOut: self.init(.timedOut)
            case .cancelled: self.init(.cancelled)
            case .tooLarge: self.init(.invalidReply(reason: cause(error)))
            case .cannotConnect, .tls, .cut, .invalidURL, .invalidHeader, .closed, .other:
                self.init(.unreachable, detail: cause(error))
            }
        }
    }
}

/// What happened and why, without the remedy: the model's error has its own.
private func cause(_ error: HTTPClientError) -> String {
    [error.what, error.why].compactMap(\.self).joined(separator: ": ")
}

/// The beginning of a text from outside, fit for a log line or a message: short, on one line, without the key.
func excerpt(of bytes: [UInt8], hiding key: Secret?) -> String {
    let lengthMax = 160
    let text = String(decoding: bytes.prefix(4_096), as: UTF8.self)
    let line = Log.singleLine(key?.blotted(from: text) ?? text)
    return line.count > lengthMax ? line.prefix(lengthMax) + "…" : line
}
