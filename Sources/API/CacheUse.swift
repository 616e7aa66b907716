import Cache
import HTTP
import Store
import Support

/// What the head of a request for an answer says of its use of the cache.
struct CacheUse: Sendable {
    let tenant: String
    /// The name of its scope.
    let scope: String
    let directives: Query.Directives
    let tags: [String]

    /// - Throws: 400 for what is wrong in a header, 401 where the request says of nobody that the service knows.
    init(_ head: Request.Head, _ access: Access) throws(APIError) {
        directives = try CacheDirectives.of(head.headers)
        tenant = try access.tenant(of: head)
        scope = try CacheDirectives.scopeName(head.headers)
        tags = try CacheDirectives.tags(head.headers)
    }

    /// A question asked so.
    ///
    /// - Parameters:
    ///   - key: of its wording, where it is known already.
    ///   - context: the digest of all else that changes its answer.
    ///   - isExactOnly: whether it stands after other words, after which the same words mean something else.
    func query(_ question: String, key: Digest? = nil, context: Digest, isExactOnly: Bool) -> Query {
        var directives = directives
        directives.isExactOnly = isExactOnly
        return Query(
            question, key: key, scope: ScopeKey(tenant: tenant, name: scope, digest: context), directives: directives,
            tags: tags)
    }

    /// Whether what is asked for may go to the cache at all: what a feature in trial does to an answer nobody knows but the
    /// upstream.
    static func isPossible(_ head: Request.Head) -> Bool { head.headers["OpenAI-Beta"] == nil }
}
