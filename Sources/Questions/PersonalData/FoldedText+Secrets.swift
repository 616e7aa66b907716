/// What opens something: keys and tokens by their makers' prefixes, and what is called a password or a token.
extension FoldedText {
    func secrets() -> [Match] { privateKeys() + tokens() + credentials() }

    // MARK: Private keys

    /// Whether five dashes stand in a row.
    var mayHaveKey: Bool {
        var dashes = 0
        for byte in bytes {
            dashes = byte == UInt8(ascii: "-") ? dashes + 1 : 0
            if dashes == 5 { return true }
        }
        return false
    }

    /// From its first line to its last (RFC 7468), or to the text's end.
    private func privateKeys() -> [Match] {
        var found: [Match] = []
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "-"), has("-----begin ", at: position), isPrivateKey(position) else {
                position += 1
                continue
            }
            var end = position + 11
            while end < bytes.count, !has("-----end ", at: end) { end += 1 }
            end = self.end(from: min(bytes.count, end + 9), atMost: 64) { $0 != 0x0A && $0 != 0x2D }
            end = self.end(from: end, atMost: 5) { $0 == 0x2D }
            found.append(Match(kind: .secret, range: position..<end))
            position = end
        }
        return found
    }

    private func isPrivateKey(_ start: Int) -> Bool {
        let end = self.end(from: start + 11, atMost: 40) { $0.isPlainLetter || $0.isDigit || $0 == 0x20 }
        return (start + 11..<end).contains { has("private key", at: $0) }
    }

    // MARK: Tokens

    /// A maker's form of a token: its prefix, and how many letters and digits follow, with further signs.
    private struct Form {
        let prefix: [UInt8]
        let count: ClosedRange<Int>
        let signs: String

        init(_ prefix: String, _ least: Int, _ most: Int = 512, signs: String = "") {
            self.prefix = Array(prefix.utf8)
            count = least...most
            self.signs = signs
        }
    }

    private static let forms: [UInt8: [Form]] = Dictionary(
        grouping: [
            Form("sk-", 20, signs: "-_"), Form("sk_live_", 16), Form("sk_test_", 16), Form("rk_live_", 16),
            Form("rk_test_", 16), Form("whsec_", 24), Form("ghp_", 36), Form("gho_", 36), Form("ghu_", 36),
            Form("ghs_", 36), Form("ghr_", 36), Form("github_pat_", 36, signs: "_"), Form("glpat-", 20, signs: "-_"),
            Form("xoxa-", 10, signs: "-"), Form("xoxb-", 10, signs: "-"), Form("xoxp-", 10, signs: "-"),
            Form("xoxr-", 10, signs: "-"), Form("xoxs-", 10, signs: "-"), Form("xapp-", 10, signs: "-"),
            Form("AKIA", 16, 16), Form("ASIA", 16, 16), Form("AIza", 35, 35, signs: "-_"),
            Form("ya29.", 20, signs: "-_."), Form("GOCSPX-", 28, signs: "-_"), Form("hf_", 30), Form("npm_", 36),
            Form("pypi-", 50, signs: "-_"), Form("SG.", 60, signs: "-_."), Form("dop_v1_", 64), Form("shpat_", 32),
            Form("shpss_", 32), Form("gsk_", 40), Form("xai-", 40), Form("r8_", 36), Form("dckr_pat_", 20, signs: "-_"),
            Form("lin_api_", 32), Form("sq0csp-", 40, signs: "-_"), Form("sq0atp-", 22, signs: "-_"),
            Form("AGE-SECRET-KEY-1", 50), Form("tskey-", 20, signs: "-"), Form("PMAK-", 50, signs: "-"),
            Form("eyJ", 24, 8_192, signs: "-_."),
        ], by: { $0.prefix[0] })

    private func tokens() -> [Match] {
        var found: [Match] = []
        var position = 0
        while position < bytes.count {
            guard let end = tokenEnd(position) else {
                position += 1
                continue
            }
            found.append(Match(kind: .secret, range: position..<end))
            position = end
        }
        return found
    }

    private func tokenEnd(_ start: Int) -> Int? {
        guard let forms = Self.forms[bytes[start]], !self[start - 1].isWord, self[start - 1] != UInt8(ascii: "_") else {
            return nil
        }
        for form in forms where bytes[start...].starts(with: form.prefix) {
            let first = start + form.prefix.count
            let end = end(from: first, atMost: form.count.upperBound) {
                $0.isPlainLetter || $0.isDigit || form.signs.utf8.contains($0)
            }
            guard form.count.contains(end - first), !self[end].isWord else { continue }
            // A JSON web token (RFC 7519) has three parts; names and words have no digits.
            let body = bytes[first..<end]
            let isToken =
                form.prefix.elementsEqual("eyJ".utf8)
                ? body.count { $0 == UInt8(ascii: ".") } >= 2 : body.contains { $0.isDigit }
            if isToken { return end }
        }
        return nil
    }

    // MARK: What is called a secret

    private static let passwords = ["password", "passwd", "pwd", "passphrase", "passwort", "kennwort", "contrasena"]
    private static let keys = [
        "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "accountkey", "authkey", "sharedkey",
        "clientsecret",
    ]

    private func credentials() -> [Match] {
        var found: [Match] = []
        var position = 0
        var previous = ""
        while position < bytes.count {
            let end = end(from: position) { $0.isWord || $0 == UInt8(ascii: "_") }
            guard end > position else {
                if bytes[position] == UInt8(ascii: ":"), let range = addressPassword(position) {
                    found.append(Match(kind: .secret, range: range))
                }
                position += 1
                continue
            }
            if end - position <= 64 {
                let word = text(position..<end).lowercased().replacing("_", with: "")
                if let range = credential(after: word, previous, at: end) {
                    found.append(Match(kind: .secret, range: range))
                }
                previous = word
            } else {
                previous = ""
            }
            position = end
        }
        return found
    }

    private func credential(after word: String, _ previous: String, at end: Int) -> Range<Int>? {
        if word == "bearer" || word == "basic" && previous == "authorization" { return authorization(end) }
        let isPassword = Self.passwords.contains(where: word.hasSuffix)
        let isKey =
            Self.keys.contains(where: word.hasSuffix)
            || word == "key" && ["api", "access", "secret"].contains(previous)
        guard isPassword || isKey, let start = valueStart(end) else { return nil }
        let valueEnd = self.end(from: start, atMost: 256) { !$0.isBlank && !"\"'`,;)<>".utf8.contains($0) }
        var last = valueEnd
        // What ends the sentence, unless the value is between quotes.
        if !"\"'`".utf8.contains(bytes[start - 1]) {
            while last > start, ".!?".utf8.contains(bytes[last - 1]) { last -= 1 }
        }
        let value = bytes[start..<last]
        // `$NAME`, `{name}` and a call stand for a secret and are none; a word without a digit is mostly just a word.
        guard let first = value.first, !"${[%*(<".utf8.contains(first), !value.contains(UInt8(ascii: "(")),
            value.contains(where: \.isDigit), value.contains(where: \.isPlainLetter),
            value.count >= (isPassword ? 6 : 12)
        else { return nil }
        return start..<last
    }

    /// `Bearer` and a token (RFC 6750, section 2.1).
    private func authorization(_ end: Int) -> Range<Int>? {
        let start = self.end(from: end, atMost: 2) { $0 == 0x20 }
        let last = self.end(from: start, atMost: 8_192) {
            $0.isPlainLetter || $0.isDigit || "-._~+/=".utf8.contains($0)
        }
        guard start > end, last - start >= 12, bytes[start..<last].contains(where: \.isDigit) else { return nil }
        return start..<last
    }

    /// Where a value begins behind a name: after `:`, `=` or `is`.
    private func valueStart(_ end: Int) -> Int? {
        var position = self.end(from: end, atMost: 2) { "\"' ".utf8.contains($0) }
        if has("is ", at: position) || has("ist ", at: position) {
            position = self.end(from: position, where: \.isLetter)
        } else {
            let sign = self.end(from: position, atMost: 2) { ":=>".utf8.contains($0) }
            if sign == position { return nil }
            position = sign
        }
        position = self.end(from: position, atMost: 2) { $0 == 0x20 }
        return self.end(from: position, atMost: 1) { "\"'`".utf8.contains($0) }
    }

    /// The password in `scheme://user:password@host`.
    private func addressPassword(_ colon: Int) -> Range<Int>? {
        guard self[colon + 1] == UInt8(ascii: "/"), self[colon + 2] == UInt8(ascii: "/") else { return nil }
        let isUser: (UInt8) -> Bool = { !$0.isBlank && !"/@:?#\"'".utf8.contains($0) }
        let user = end(from: colon + 3, atMost: 256, where: isUser)
        guard self[user] == UInt8(ascii: ":") else { return nil }
        let password = end(from: user + 1, atMost: 256, where: isUser)
        guard password > user + 1, self[password] == UInt8(ascii: "@"), bytes[user + 1] != UInt8(ascii: "$"),
            bytes[user + 1] != UInt8(ascii: "{")
        else { return nil }
        return user + 1..<password
    }
}
