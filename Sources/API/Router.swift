package import HTTP
import Store

/// Finds the handler of a request by method and path.
package struct Router: Sendable {
    /// A request with what its path says: `/cache/entries/7` under `/cache/entries/{id}` has `id` = `7`.
    package struct Call: Sendable {
        package let request: Request
        package let parameters: [String: String]
    }

    package typealias Handler = @Sendable (Call) async throws -> Response

    private struct Route: Sendable {
        let method: String
        let segments: [Substring]
        let handler: Handler
    }

    /// Answers a request on the connection's own thread, or begins with it there, or leaves it to the route's handler.
    typealias ImmediateHandler = @Sendable (ImmediateCall) -> Immediate?

    private var routes: [Route] = []
    /// By path, then by method.
    private var immediateHandlers: [String: [String: ImmediateHandler]] = [:]

    package init() {}

    /// - Parameter pattern: `/a/{name}/b`; a name in braces matches one segment, `{name*}` at the end all that follow.
    package mutating func add(_ method: String, _ pattern: String, _ handler: @escaping Handler) {
        routes.append(Route(method: method, segments: Self.segments(pattern), handler: handler))
    }

    /// Lets a route answer without waiting where it can.
    ///
    /// - Parameter path: a whole path, without names in braces.
    mutating func addImmediate(_ method: String, _ path: String, _ handler: @escaping ImmediateHandler) {
        immediateHandlers[path, default: [:]][method] = handler
    }

    /// What may have the response to a request at hand; where it gives none, the request is left to `respond`.
    func immediateHandler(for head: Request.Head) -> ImmediateHandler? {
        immediateHandlers[head.path]?[head.method]
    }

    /// The response of the matching route; 404 where no path matches, 405 where only the method does not.
    package func respond(to request: Request) async -> Response {
        let segments = Self.segments(request.path)
        // HEAD is GET without its body, which the server leaves out.
        let method = request.method == "HEAD" ? "GET" : request.method
        var allowed: [String] = []
        for route in routes {
            guard let parameters = Self.match(route.segments, segments) else { continue }
            guard route.method == method else {
                allowed.append(route.method)
                continue
            }
            do {
                return try await route.handler(Call(request: request, parameters: parameters))
            } catch let error as APIError {
                return error.response
            } catch let error as StoreError {
                return APIError(503, "\(error)", code: "store_error").response
            } catch is CancellationError {
                return APIError(499, "the client closed the request", code: "client_closed_request").response
            } catch {
                return APIError(500, "\(error)", code: "internal_error").response
            }
        }
        return Self.unmatched(request, allowed)
    }

    private static func unmatched(_ request: Request, _ allowed: [String]) -> Response {
        if allowed.isEmpty {
            return APIError(404, "no such path: \(request.method) \(request.path)", code: "not_found").response
        }
        var error = APIError(
            405, "\(request.path) takes \(allowed.joined(separator: ", ")), not \(request.method)",
            code: "method_not_allowed")
        error.headers["Allow"] = allowed.joined(separator: ", ")
        return error.response
    }

    private static func segments(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: true)
    }

    private static func match(_ pattern: [Substring], _ segments: [Substring]) -> [String: String]? {
        var segments = segments
        // A name with `*` takes the rest of the path, slashes and all: `openai/gpt-5`.
        if pattern.last?.hasSuffix("*}") == true, segments.count > pattern.count {
            let rest = segments[(pattern.count - 1)...].joined(separator: "/")
            segments = segments[..<(pattern.count - 1)] + [Substring(rest)]
        }
        guard pattern.count == segments.count else { return nil }
        var parameters: [String: String] = [:]
        for (expected, found) in zip(pattern, segments) {
            if expected.hasPrefix("{") {
                parameters[expected.filter { !"{}*".contains($0) }] = String(found)
            } else if expected != found {
                return nil
            }
        }
        return parameters
    }
}
