extension Setting {
    /// What a setting may be.
    package enum Kind: Sendable, Equatable {
        case text
        /// `~/` at its beginning is the home directory.
        case path
        /// An http or https URL, kept without a slash at its end.
        case url
        /// A PostgreSQL URL without a password.
        case postgres
        case choice([String])
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case boolean
        /// At least one, separated by commas.
        case names
        /// `host:port`, separated by commas, or `none`.
        case addresses
        /// Seconds, or a number with `s`, `m`, `h` or `d`.
        case duration(ClosedRange<Int>)
        /// `{model: {input, cached_input, output, as_of}}`.
        case prices
        /// `[{models, url, key_file}]`.
        case upstreams
        /// `{name: {sticky, holdout, scopes, quality, quality_floor, variants: {name: {weight, SETTING: VALUE}}}}`.
        case experiments

        /// What stands for the value in the help: `PATH`.
        package var valueName: String {
            switch self {
            case .text: "TEXT"
            case .path: "PATH"
            case .url, .postgres: "URL"
            case .choice(let words): words.joined(separator: "|")
            case .integer: "N"
            case .number: "NUMBER"
            case .boolean: "true|false"
            case .names: "NAME,..."
            case .addresses: "HOST:PORT,..."
            case .duration: "DURATION"
            case .prices, .upstreams, .experiments: "JSON5"
            }
        }

        /// What it must be, as a phrase: `a whole number from 0 to 64`.
        package var expectation: String {
            switch self {
            case .text: "a text"
            case .path: "a path"
            case .url: "a URL as in https://host/v1, without user, query or fragment"
            case .postgres: "a URL as in postgresql://user@host:5432/database, without a password"
            case .choice(let words): "one of " + words.joined(separator: ", ")
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .number(let range): "a number from \(decimal(range.lowerBound)) to \(decimal(range.upperBound))"
            case .boolean: "true or false"
            case .names: "a list of names"
            case .addresses: "a list of host:port as in 127.0.0.1:8474 or [::1]:8474, or none"
            case .duration(let range):
                "seconds from \(range.lowerBound) to \(range.upperBound), or a duration as in 90s, 15m, 12h, 30d"
            case .prices: "an object of model names with their prices"
            case .experiments: "an object of experiments with their variants"
            case .upstreams: "a list of {models: [PATTERN, ...], url: URL, key_file: PATH}"
            }
        }
    }
}

/// A number without needless decimals.
func decimal(_ number: Double) -> String {
    number == number.rounded() && number.magnitude < 0x1p53 ? String(Int(number)) : "\(number)"
}
