import JSON5
import Support

/// Why a value does not fit its setting.
struct Mismatch: Error, Equatable {
    /// In the file.
    let line: Int
    /// Within the setting's value: `gpt-5.input`; empty for the value itself.
    let path: String
    let reason: String
}

/// All that is wrong with one value.
struct Mismatches: Error, Equatable {
    var list: [Mismatch]

    init(_ node: JSON5Node, _ reason: String) {
        list = [Mismatch(line: node.line, path: "", reason: reason)]
    }

    init(_ list: [Mismatch]) {
        self.list = list
    }
}

extension Setting {
    /// The value of a flag or a variable.
    func value(text: String, home: String?) throws(Mismatches) -> SettingValue {
        if isOptional, text == "unset" { return .unset }
        return try value(node: node(text), home: home)
    }

    /// The text as the file would spell it, so that all sources are checked alike.
    private func node(_ text: String) throws(Mismatches) -> JSON5Node {
        switch kind {
        case .integer, .number, .duration:
            if let number = JSON5Parser.number(text) { return JSON5Node(line: 1, value: .number(number, text)) }
        case .boolean:
            if text == "true" || text == "false" { return JSON5Node(line: 1, value: .boolean(text == "true")) }
        case .prices, .upstreams, .experiments:
            do {
                return try JSON5Parser.parse(text)
            } catch {
                throw Mismatches([Mismatch(line: error.line, path: "", reason: error.reason)])
            }
        case .text, .path, .url, .postgres, .choice, .names, .addresses: break
        }
        return JSON5Node(line: 1, value: .string(text))
    }

    /// The value of a key of the file.
    func value(node: JSON5Node, home: String?) throws(Mismatches) -> SettingValue {
        let misfit = Mismatches(node, "must be \(kind.expectation), not \(node.shown)")
        switch (kind, node.value) {
        case (_, .null) where isOptional: return .unset
        case (.boolean, .boolean(let isSet)): return .boolean(isSet)
        case (.prices, .object(let members)): return .prices(try PriceReader.prices(members))
        case (.upstreams, .array(let nodes)): return .upstreams(try UpstreamReader(home: home).upstreams(nodes))
        case (.experiments, .object(let members)):
            return .experiments(try ExperimentReader(home: home).experiments(members))
        case (.text, .string(let text)):
            guard isLine(text) else { throw misfit }
            return .text(text)
        case (.path, .string(let text)):
            guard isLine(text) else { throw misfit }
            guard let path = Setting.expanded(text, home: home) else {
                throw Mismatches(node, "\(node.shown) needs HOME, which is not set")
            }
            return .text(path)
        case (.url, .string(let text)):
            guard Endpoint(url: text) != nil else { throw misfit }
            return .text(Setting.withoutSlashes(text))
        case (.postgres, .string(let text)):
            // What may hold a password is not shown.
            guard let url = PostgresURL(text) else { throw Mismatches(node, "must be \(kind.expectation)") }
            if url.hasPassword {
                throw Mismatches(
                    node,
                    "must not hold a password, which lists of processes and logs would show; "
                        + "put it into ~/.pgpass, a PGPASSFILE, or PGPASSWORD")
            }
            return .text(text)
        case (.choice(let words), .string(let text)):
            if words.contains(text) { return .text(text) }
            let near = closest(to: text, among: words).map { "; did you mean \($0)?" } ?? ""
            throw Mismatches(node, "must be \(kind.expectation), not \(node.shown)\(near)")
        case (.integer(let range), .number(let number, _)):
            guard let integer = Int(exactly: number), range.contains(integer) else { throw misfit }
            return .integer(integer)
        case (.number(let range), .number(let number, _)):
            guard range.contains(number) else { throw misfit }
            return .number(number)
        case (.duration(let range), .number(let number, _)):
            guard let seconds = Int(exactly: number), range.contains(seconds) else { throw misfit }
            return .integer(seconds)
        case (.duration(let range), .string(let text)):
            guard let seconds = Setting.seconds(text), range.contains(seconds) else { throw misfit }
            return .integer(seconds)
        case (.names, .string), (.names, .array), (.addresses, .string), (.addresses, .array):
            return .list(try list(node))
        default: throw misfit
        }
    }

    private func isLine(_ text: String) -> Bool {
        !text.isEmpty && Log.singleLine(text) == text
    }

    /// A path with the home directory in the place of `~`; nil where that is not known.
    static func expanded(_ path: String, home: String?) -> String? {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        return home.map { $0 + path.dropFirst() }
    }

    /// A URL without the slashes at its end.
    static func withoutSlashes(_ url: String) -> String {
        String(url.reversed().drop { $0 == "/" }.reversed())
    }

    /// `90s`, `15m`, `12h` or `30d`.
    private static func seconds(_ text: String) -> Int? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        let digits = text.dropLast()
        guard let unit = text.last.flatMap({ units[$0] }), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let count = Int(digits)
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
        return overflow ? nil : seconds
    }

    /// The elements of an array, or of a text with commas.
    private func list(_ node: JSON5Node) throws(Mismatches) -> [String] {
        var elements: [(JSON5Node, String)] = []
        switch node.value {
        case .array(let nodes):
            for element in nodes {
                guard case .string(let text) = element.value else {
                    throw Mismatches(element, "must be \(kind.expectation), not of \(element.shown)")
                }
                elements.append((element, text))
            }
        case .string(let text):
            if kind == .addresses, text == "none" { return [] }
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                elements.append((node, trimmed(part)))
            }
        default: preconditionFailure("a list is an array or a text")
        }
        for (element, text) in elements {
            let fits = kind == .addresses ? Endpoint(text) != nil : isLine(text)
            guard fits else { throw Mismatches(element, "must be \(kind.expectation), not \"\(text)\"") }
        }
        guard kind == .addresses || !elements.isEmpty else {
            throw Mismatches(node, "must be \(kind.expectation), not an empty one")
        }
        return elements.map(\.1)
    }

    private func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
