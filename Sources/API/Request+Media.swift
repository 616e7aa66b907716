import HTTP

extension Request.Head {
    /// Why the body cannot be read, by its headers: it is packed, in other characters, or a form's parts.
    ///
    /// Other types are taken for JSON: many clients send none, or their tool's own.
    var mediaRefusal: APIError? {
        if let coding = headers["Content-Encoding"]?.lowercased(), coding != "identity" {
            return APIError(
                415, "a body packed with \"\(coding)\" is not read: send it as it is", code: "unsupported_encoding")
        }
        guard let type = headers["Content-Type"]?.lowercased(), type != "application/json" else { return nil }
        if type.hasPrefix("multipart/") {
            return APIError(415, "a body of \"\(type)\" is not read: send JSON", code: "unsupported_media_type")
        }
        let parameters = type.split(separator: ";").dropFirst().map { $0.filter { $0 != " " && $0 != "\"" } }
        if let charset = parameters.first(where: { $0.hasPrefix("charset=") })?.dropFirst("charset=".count),
            charset != "utf-8", charset != "utf8", charset != "us-ascii"
        {
            return APIError(
                415, "a body in \"\(charset)\" is not read: send UTF-8", code: "unsupported_media_type")
        }
        return nil
    }
}
