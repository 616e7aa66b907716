import Support

/// A type of a field of `Settings`.
protocol SettingConvertible: SendableMetatype {
    static var isOptional: Bool { get }
    /// - Precondition: the value is of the kind the setting declares.
    init(_ value: SettingValue)
    var settingValue: SettingValue { get }
}

extension SettingConvertible {
    static var isOptional: Bool { false }
}

private func mismatch(_ value: SettingValue) -> Never {
    preconditionFailure("a setting's kind does not fit its field: \(value)")
}

extension String: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .text(let text) = value else { mismatch(value) }
        self = text
    }
    var settingValue: SettingValue { .text(self) }
}

extension Int: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .integer(let number) = value else { mismatch(value) }
        self = number
    }
    var settingValue: SettingValue { .integer(self) }
}

extension Double: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .number(let number) = value else { mismatch(value) }
        self = number
    }
    var settingValue: SettingValue { .number(self) }
}

extension Bool: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .boolean(let isSet) = value else { mismatch(value) }
        self = isSet
    }
    var settingValue: SettingValue { .boolean(self) }
}

/// A type of the elements of a list in `Settings`.
protocol SettingElement: SendableMetatype {
    /// - Precondition: the value is of the kind the setting declares.
    static func elements(_ value: SettingValue) -> [Self]
    static func settingValue(_ elements: [Self]) -> SettingValue
}

extension Array: SettingConvertible where Element: SettingElement {
    init(_ value: SettingValue) { self = Element.elements(value) }
    var settingValue: SettingValue { Element.settingValue(self) }
}

extension String: SettingElement {
    static func elements(_ value: SettingValue) -> [String] {
        guard case .list(let elements) = value else { mismatch(value) }
        return elements
    }
    static func settingValue(_ elements: [String]) -> SettingValue { .list(elements) }
}

extension [String: Price]: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .prices(let prices) = value else { mismatch(value) }
        self = prices
    }
    var settingValue: SettingValue { .prices(self) }
}

extension Settings.ModelUpstream: SettingElement {
    static func elements(_ value: SettingValue) -> [Settings.ModelUpstream] {
        guard case .upstreams(let elements) = value else { mismatch(value) }
        return elements
    }
    static func settingValue(_ elements: [Settings.ModelUpstream]) -> SettingValue { .upstreams(elements) }
}

extension Settings.Experiment: SettingElement {
    static func elements(_ value: SettingValue) -> [Settings.Experiment] {
        guard case .experiments(let elements) = value else { mismatch(value) }
        return elements
    }
    static func settingValue(_ elements: [Settings.Experiment]) -> SettingValue { .experiments(elements) }
}

extension Optional: SettingConvertible where Wrapped: SettingConvertible {
    static var isOptional: Bool { true }
    init(_ value: SettingValue) { self = value == .unset ? nil : Wrapped(value) }
    var settingValue: SettingValue { map(\.settingValue) ?? .unset }
}

extension SettingConvertible where Self: RawRepresentable<String> {
    init(_ value: SettingValue) {
        guard case .text(let text) = value, let choice = Self(rawValue: text) else { mismatch(value) }
        self = choice
    }
    var settingValue: SettingValue { .text(rawValue) }
}

extension Settings.Durability: SettingConvertible {}
extension Settings.EmbedderPrecision: SettingConvertible {}
extension Settings.DecisionRecording: SettingConvertible {}
extension Settings.EmbedderKind: SettingConvertible {}
extension Settings.PersonalDataMode: SettingConvertible {}

extension Log.Level: SettingConvertible {
    init(_ value: SettingValue) {
        guard case .text(let text) = value, let level = Log.Level.allCases.first(where: { "\($0)" == text }) else {
            mismatch(value)
        }
        self = level
    }
    var settingValue: SettingValue { .text("\(self)") }
}
