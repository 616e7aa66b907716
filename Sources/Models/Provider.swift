import Glibc

/// A server that is called, with what is known of its state.
final class Provider: Sendable {
    let upstream: Upstream
    /// Nil: every model is its.
    private let patterns: [String]?
    let breaker = CircuitBreaker()

    init(_ upstream: Upstream, patterns: [String]? = nil) {
        self.upstream = upstream
        self.patterns = patterns
    }

    /// Those with models of their own come first.
    static func all(_ configuration: ModelsConfiguration) -> [Provider] {
        configuration.otherUpstreams.map { Provider($0.upstream, patterns: $0.models) }
            + (configuration.upstream.map { [Provider($0)] } ?? [])
    }

    func has(_ model: String) -> Bool {
        patterns?.contains { unsafe fnmatch($0, model, 0) == 0 } ?? true
    }

    /// The client's where it brings one, for a server of all models: no other gets to see it.
    var key: Secret? { (patterns == nil ? ModelClient.caller.key : nil) ?? upstream.key }

    func url(_ path: String) -> String {
        var base = upstream.baseURL[...]
        while base.last == "/" { base.removeLast() }
        return base + path
    }

    /// For messages: without the path.
    var host: Substring {
        let afterScheme = upstream.baseURL.firstRange(of: "://")?.upperBound ?? upstream.baseURL.startIndex
        return upstream.baseURL[afterScheme...].prefix { $0 != "/" }
    }
}
