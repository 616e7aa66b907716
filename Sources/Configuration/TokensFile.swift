import Support

/// The file of hashed bearer tokens: a line each, the token's SHA-256 in hexadecimal, space, and the tenant's name.
///
/// Empty lines and lines that begin with `#` are passed over. A tenant may have several tokens.
enum TokensFile {
    /// - Returns: tenants by the lower-case hexadecimal digest of their tokens.
    static func parse(_ text: String) throws(FileFailure) -> [String: String] {
        var tenants: [String: String] = [:]
        for (number, line) in zip(1..., text.split(separator: "\n", omittingEmptySubsequences: false)) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, first.first != "#" else { continue }
            let digest = first.lowercased()
            guard words.count == 2, digest.utf8.count == 64, digest.allSatisfy(\.isHexDigit) else {
                throw FileFailure(reason: "line \(number) is not a SHA-256 in hexadecimal and a tenant's name")
            }
            // Names with a colon are the service's own: uid:1000, key:…
            guard !words[1].contains(":"), words[1].utf8.count <= 64 else {
                throw FileFailure(reason: "line \(number): a tenant's name has no colon and 64 bytes at most")
            }
            guard tenants.updateValue(String(words[1]), forKey: digest) == nil else {
                throw FileFailure(reason: "line \(number): the token stands twice")
            }
        }
        guard !tenants.isEmpty else { throw FileFailure(reason: "holds no token") }
        return tenants
    }
}
