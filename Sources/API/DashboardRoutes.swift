import Dashboard
import HTTP
import Support

/// `/` and its files: the page for people. It holds nothing of anybody; what it shows it asks the other routes for.
struct DashboardRoutes: Sendable {
    /// Open to everybody, for a token can be asked for on the page only.
    static let paths = Set(Dashboard.files.map(\.path))

    func register(in router: inout Router) {
        for file in Dashboard.files {
            let tag = "\"\(Digest(of: file.bytes).hex.prefix(32))\""
            router.add("GET", file.path) { Self.response(file, tag, $0.request) }
        }
    }

    private static func response(_ file: Dashboard.File, _ tag: String, _ request: Request) -> Response {
        var headers: Headers = [
            "Content-Security-Policy": Dashboard.contentSecurityPolicy, "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-cache", "ETag": tag,
        ]
        if request.headers["If-None-Match"] == tag { return Response(304, headers: headers) }
        headers["Content-Type"] = file.contentType
        return Response(200, headers: headers, body: .bytes(file.bytes))
    }
}
