/// The settings, and where each value came from.
package struct Resolution: Sendable {
    package let settings: Settings
    /// One for each setting, in the table's order.
    package let values: [EffectiveValue]
    /// Where the API key came from; nil when there is none.
    package let keyOrigin: Origin?
    /// What is probably a mistake, a line each.
    package let warnings: [String]
}

/// A setting as it holds.
package struct EffectiveValue: Sendable, Equatable {
    package let key: String
    /// As a flag would give it.
    package let text: String
    package let origin: Origin
}

/// Where a value came from.
package enum Origin: Sendable, Equatable, CustomStringConvertible {
    /// By its name, without dashes.
    case flag(String)
    case environment(String)
    case file(String, line: Int)
    case builtIn
    /// Taken for granted because a variable is set.
    case implied(by: String)

    package var description: String {
        switch self {
        case .flag(let name): "--" + name
        case .environment(let name): name
        case .file(let path, let line): "\(path):\(line)"
        case .builtIn: "default"
        case .implied(let name): "default, \(name) is set"
        }
    }
}
