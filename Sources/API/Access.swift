import HTTP
import Models
package import Support
import Tracing

/// Whose cache a request uses: its tenant. Answers of one tenant are never served to another.
package struct Access: Sendable {
    package enum Mode: Sendable {
        /// One tenant: whoever may reach the socket or the port.
        case open
        /// A bearer token for each request; tenants by their tokens' digests.
        case tokens([Digest: String])
        /// The client's own key for the upstream, which is called with it; its digest is the tenant.
        case clientKeys
    }

    /// The tenant of an open service, and of its owner at the Unix socket.
    package static let ownTenant = "default"

    private let mode: Mode
    private let owner: UInt32

    /// - Parameter owner: the user who runs the service; at the Unix socket no token is asked of that one, nor of root,
    ///   who can read the data anyway.
    package init(_ mode: Mode = .open, owner: UInt32 = .max) {
        self.mode = mode
        self.owner = owner
    }

    /// Whether whoever reaches the service may use it.
    var isOpen: Bool { if case .open = mode { true } else { false } }

    /// The tenant of a request.
    ///
    /// - Throws: 401 where the request says of nobody that the service knows.
    func tenant(of request: Request) throws(APIError) -> String { try tenant(of: request.head) }

    func tenant(of head: Request.Head) throws(APIError) -> String {
        switch mode {
        case .open: return Access.ownTenant
        case .tokens(let tenants):
            if let peer = peerTenant(head) { return peer }
            guard let tenant = tenants[Digest(of: try Access.token(of: head))] else {
                throw Access.refusal("the API key is not known here")
            }
            return tenant
        case .clientKeys:
            if isOwner(head) { return Access.ownTenant }
            return "key:" + Digest(of: try Access.token(of: head)).hex
        }
    }

    /// Whose numbers a request may see; nil: everybody's, for the owner of the service at its socket, and for whoever has
    /// a token of the tenant that is the service's own.
    func reportedTenant(of request: Request) throws(APIError) -> String? {
        let tenant = try tenant(of: request)
        return tenant == Access.ownTenant ? nil : tenant
    }

    /// What the upstream is to know of a request's client.
    ///
    /// - Parameter trace: of the request, where one is recorded: what the upstream does is below it.
    func caller(of request: Request, _ trace: RequestTrace? = nil) -> Caller {
        var names = ["OpenAI-Beta", "traceparent", "tracestate"]
        var key: Secret?
        if case .clientKeys = mode, let token = try? Access.token(of: request.head) {
            key = Secret(token)
            // They say on whose account a key is used, so they are worth nothing with another one.
            names += ["OpenAI-Organization", "OpenAI-Project"]
        }
        var headers = Headers()
        for name in names {
            // Another field could not be sent on.
            guard let value = request.headers[name], value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                continue
            }
            headers[name] = value
        }
        if let trace { headers["traceparent"] = trace.context.traceparent }
        return Caller(key: key, headers: headers)
    }

    private func isOwner(_ head: Request.Head) -> Bool {
        guard head.headers["Authorization"] == nil else { return false }
        return switch head.peer {
        case .local: true
        case .unix(let uid, _): uid == owner || uid == 0
        case .tcp: false
        }
    }

    /// Who sent the request by the kernel's word; nil for somebody who has to say it.
    private func peerTenant(_ head: Request.Head) -> String? {
        if isOwner(head) { return Access.ownTenant }
        guard case .unix(let uid, _) = head.peer, head.headers["Authorization"] == nil else { return nil }
        return "uid:\(uid)"
    }

    private static func token(of head: Request.Head) throws(APIError) -> String {
        let fields = head.headers.all("Authorization")
        guard let field = fields.first else {
            throw refusal("no API key was given: send it as Authorization: Bearer KEY")
        }
        let words = field.split(separator: " ")
        guard fields.count == 1, words.count == 2, words[0].lowercased() == "bearer",
            let token = Secret(String(words[1]))
        else { throw refusal("the Authorization header is not of the form: Bearer KEY") }
        return token.reveal()
    }

    private static func refusal(_ message: String) -> APIError {
        var error = APIError(401, message, code: "invalid_api_key")
        error.headers["WWW-Authenticate"] = "Bearer"
        return error
    }
}
