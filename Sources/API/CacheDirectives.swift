import Cache
import HTTP
import Support

/// The request headers that steer the cache: `Cache-Control` (RFC 9111, section 5.2.1), `Refrain-Scope`,
/// `Refrain-Tags`, `Refrain-Max-Error`.
enum CacheDirectives {
    static func of(_ headers: Headers) throws(APIError) -> Query.Directives {
        var directives = Query.Directives()
        for value in headers.all("Cache-Control") {
            for part in value.split(separator: ",") {
                try apply(part.trimmed.lowercased(), to: &directives)
            }
        }
        if let text = headers["Refrain-Max-Error"] {
            guard let target = Double(text), (0...1).contains(target) else {
                throw APIError(
                    400, "Refrain-Max-Error must be a number from 0 to 1, not \"\(text)\"", param: "Refrain-Max-Error",
                    code: "invalid_value")
            }
            directives.errorTarget = target
        }
        return directives
    }

    /// Unknown directives are ignored, as the RFC demands.
    private static func apply(_ directive: String, to directives: inout Query.Directives) throws(APIError) {
        switch directive {
        case "no-cache": directives.mayRead = false
        case "no-store":
            directives.mayRead = false
            directives.mayStore = false
        case "only-if-cached": directives.onlyIfCached = true
        case _ where directive.hasPrefix("max-age="):
            let digits = directive.dropFirst("max-age=".count).filter { $0 != "\"" }
            guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
                throw APIError(
                    400, "Cache-Control: max-age must be a number of seconds, not \"\(directive.dropFirst(8))\"",
                    param: "Cache-Control", code: "invalid_value")
            }
            // A larger number counts as the largest (RFC 9111, section 1.2.2).
            directives.maxAgeSeconds = min(Int64(digits) ?? 1 << 31, 1 << 31)
        default: break
        }
    }

    /// The name of the scope; the empty name is the default one.
    static func scopeName(_ headers: Headers) throws(APIError) -> String {
        let name = headers["Refrain-Scope"] ?? ""
        guard name.utf8.count <= Limits.scopeNameBytesMax else {
            throw APIError(
                400, "Refrain-Scope has \(name.utf8.count) bytes, \(Limits.scopeNameBytesMax) at most are taken",
                param: "Refrain-Scope", code: "string_above_max_length")
        }
        return name
    }

    /// Comma-separated labels for the entry, should the answer be stored.
    static func tags(_ headers: Headers) throws(APIError) -> [String] {
        let tags = headers.all("Refrain-Tags").flatMap { $0.split(separator: ",").map(\.trimmed) }
            .filter { !$0.isEmpty }
        guard tags.count <= Limits.tagsPerEntryMax, tags.allSatisfy({ $0.utf8.count <= Limits.tagBytesMax }) else {
            throw APIError(
                400,
                "Refrain-Tags takes \(Limits.tagsPerEntryMax) labels of \(Limits.tagBytesMax) bytes each at most",
                param: "Refrain-Tags", code: "invalid_value")
        }
        return tags
    }
}

extension Substring {
    /// Without the spaces and tabs around it (optional white space of RFC 9110).
    var trimmed: String {
        var text = self
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        return String(text)
    }
}
