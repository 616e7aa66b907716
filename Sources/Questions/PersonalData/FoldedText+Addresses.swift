extension FoldedText {
    /// E-mail addresses (RFC 5321, section 4.1.2, quoted local parts aside).
    func emails() -> [Match] {
        var found: [Match] = []
        for at in bytes.indices where bytes[at] == UInt8(ascii: "@") {
            // RFC 5321, section 4.5.3.1: 64 octets before the sign, 255 behind it.
            var start = at
            while start > 0, at - start < 64, Self.isLocal(bytes[start - 1]) { start -= 1 }
            while start < at, !bytes[start].isWord, bytes[start] != UInt8(ascii: "_") { start += 1 }
            guard start < at, self[at - 1] != UInt8(ascii: "."), let end = hostEnd(at + 1) else { continue }
            // `git@github.com:owner/name` names a server's account, which is everybody's.
            let isRemote =
                text(start..<at) == "git" && (self[end] == UInt8(ascii: ":") || self[end] == UInt8(ascii: "/"))
            if !isRemote { found.append(Match(kind: .email, range: start..<end)) }
        }
        return found
    }

    private static func isLocal(_ byte: UInt8) -> Bool {
        // Further signs are allowed, but what has them here is mostly a program's or an address line's: `to=a@example.com`.
        byte.isWord || "._%+-'~".utf8.contains(byte)
    }

    /// The end of a host's name with a top-level domain.
    private func hostEnd(_ start: Int) -> Int? {
        var end = self.end(from: start, atMost: 255) {
            $0.isWord || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
        }
        while end > start, !bytes[end - 1].isWord { end -= 1 }
        let labels = bytes[start..<end].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        // A sentence may go on without a space: `a@example.com.Thanks` ends in a word that is a label too.
        guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty && $0.first != UInt8(ascii: "-") }),
            let last = labels.last, last.count > 1, last.first?.isLetter == true
        else { return nil }
        return end
    }

    /// Addresses that one machine has in the internet: not those of a private network, of documents or of a machine to
    /// itself, which are everybody's (IANA's registries of special-purpose addresses).
    func ipAddresses() -> [Match] { ipv4Addresses() + ipv6Addresses() }

    private func ipv4Addresses() -> [Match] {
        var found: [Match] = []
        var position = 0
        while position < bytes.count {
            guard bytes[position].isDigit else {
                position += 1
                continue
            }
            let end = end(from: position) { $0.isDigit || $0 == UInt8(ascii: ".") }
            var last = end
            while bytes[last - 1] == UInt8(ascii: ".") { last -= 1 }
            // `v1.2.3.4` is a version.
            if last - position <= 15, !self[position - 1].isWord, !self[end].isLetter,
                self[position - 1] != UInt8(ascii: "."), !isCalled(["version"], at: position),
                Self.isPublicIPv4(bytes[position..<last])
            {
                found.append(Match(kind: .ipAddress, range: position..<last))
            }
            position = end
        }
        return found
    }

    private static func isPublicIPv4(_ address: ArraySlice<UInt8>) -> Bool {
        let parts = address.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let values = parts.compactMap { part -> Int? in
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            let value = part.reduce(0) { $0 * 10 + $1.digit }
            return value < 256 ? value : nil
        }
        guard parts.count == 4, values.count == 4 else { return false }
        switch (values[0], values[1], values[2]) {
        case (0, _, _), (10, _, _), (127, _, _), (224..., _, _): return false
        case (100, 64...127, _), (169, 254, _), (172, 16...31, _), (192, 168, _), (198, 18...19, _): return false
        case (192, 0, 0), (192, 0, 2), (192, 88, 99), (198, 51, 100), (203, 0, 113): return false
        default: return true
        }
    }

    private func ipv6Addresses() -> [Match] {
        var found: [Match] = []
        var position = 0
        while position < bytes.count {
            guard bytes[position].isHex else {
                position += 1
                continue
            }
            let end = end(from: position) { $0.isHex || $0 == UInt8(ascii: ":") }
            var last = end
            while bytes[last - 1] == UInt8(ascii: ":") { last -= 1 }
            if last - position <= 39, !self[position - 1].isWord, !self[end].isWord, isPublicIPv6(position..<last) {
                found.append(Match(kind: .ipAddress, range: position..<last))
            }
            position = end
        }
        return found
    }

    /// Of 2000::/3, from which all addresses are given out, documents' own aside; `Face::Bad` is a name in a program.
    private func isPublicIPv6(_ range: Range<Int>) -> Bool {
        let groups = bytes[range].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let empty = groups.count { $0.isEmpty }
        guard (3...8).contains(groups.count), empty == 1 || empty == 0 && groups.count == 8,
            groups.allSatisfy({ $0.count <= 4 }), let first = groups.first, first.count == 4,
            first.first == UInt8(ascii: "2") || first.first == UInt8(ascii: "3")
        else { return false }
        let isDocumented = text(range).lowercased()
        return !isDocumented.hasPrefix("2001:db8:") && !isDocumented.hasPrefix("2001:0db8:")
    }
}
