import Support

extension SettingValue {
    /// As a flag gives it.
    var text: String {
        switch self {
        case .unset: "unset"
        case .text(let text): text
        case .integer(let number): String(number)
        case .number(let number): decimal(number)
        case .boolean(let isSet): String(isSet)
        case .list(let elements): elements.isEmpty ? "none" : elements.joined(separator: ",")
        case .prices, .upstreams, .experiments: json5
        }
    }

    /// As the file spells it.
    var json5: String {
        switch self {
        case .unset: "null"
        case .text(let text): quoted(text)
        case .integer, .number, .boolean: text
        case .list(let elements): "[" + elements.map(quoted).joined(separator: ", ") + "]"
        case .experiments(let experiments): "{" + experiments.map(json5).joined(separator: ", ") + "}"
        case .upstreams(let upstreams): "[" + upstreams.map(json5).joined(separator: ", ") + "]"
        case .prices(let prices):
            "{"
                + prices.sorted { $0.key < $1.key }.map { "\(quoted($0.key)): \(json5($0.value))" }.joined(
                    separator: ", ") + "}"
        }
    }

    /// Without the keys themselves.
    private func json5(_ upstream: Settings.ModelUpstream) -> String {
        let keyFile = upstream.keyFile.map { ", key_file: \(quoted($0))" } ?? ""
        return "{models: \(SettingValue.list(upstream.models).json5), url: \(quoted(upstream.url))\(keyFile)}"
    }

    private func json5(_ experiment: Settings.Experiment) -> String {
        let scopes = experiment.scopes.isEmpty ? "" : ", scopes: \(SettingValue.list(experiment.scopes).json5)"
        let variants = experiment.variants.map { variant in
            let members =
                ["weight: \(decimal(variant.weight))"]
                + variant.overrides.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.json5)" }
            return "\(quoted(variant.name)): {\(members.joined(separator: ", "))}"
        }
        return "\(quoted(experiment.name)): {sticky: \(quoted(experiment.sticky.text)), holdout: "
            + "\(decimal(experiment.holdout))\(scopes), quality: \(quoted(experiment.quality.rawValue)), quality_floor: "
            + "\(decimal(experiment.qualityFloor)), variants: {\(variants.joined(separator: ", "))}}"
    }

    private func json5(_ price: Price) -> String {
        "{input: \(dollars(price.input)), cached_input: \(dollars(price.cachedInput)), output: \(dollars(price.output)), "
            + "as_of: \(quoted(price.asOf))}"
    }

    /// All nine decimals that there are, without the zeros at their end.
    private func dollars(_ amount: Money) -> String {
        let (whole, fraction) = amount.nanodollars.quotientAndRemainder(dividingBy: 1_000_000_000)
        var digits = String(fraction + 1_000_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return digits.isEmpty ? String(whole) : "\(whole).\(digits)"
    }

    /// Values are single lines: quotes and backslashes are all that needs an escape.
    private func quoted(_ text: String) -> String {
        "\"" + text.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
    }
}
