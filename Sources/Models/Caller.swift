package import HTTP

/// The client for which the models are called, as far as the upstream is to know of it.
package struct Caller: Sendable {
    /// Its own key; nil for the configured one.
    package var key: Secret?
    /// Header fields of its request that go with every call made for it.
    package var headers: Headers

    package init(key: Secret? = nil, headers: Headers = [:]) {
        self.key = key
        self.headers = headers
    }
}
