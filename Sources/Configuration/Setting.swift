/// One setting: how it is spelled, what it may be, and where it stands in `Settings`.
package struct Setting: Sendable {
    /// As in the file, with a dot for each group: `mini.models`.
    package let key: String
    package let kind: Kind
    package let unit: String?
    /// One line.
    package let summary: String
    /// What the default depends on, where a value alone does not tell.
    package let defaultNote: String?
    /// Whether it may be unset.
    package let isOptional: Bool
    let read: @Sendable (Settings) -> SettingValue
    let write: @Sendable (inout Settings, SettingValue) -> Void

    init<Value: SettingConvertible>(
        _ key: String, _ path: any WritableKeyPath<Settings, Value> & Sendable, _ kind: Kind, unit: String? = nil,
        defaultNote: String? = nil, _ summary: String
    ) {
        self.key = key
        self.kind = kind
        self.unit = unit
        self.summary = summary
        self.defaultNote = defaultNote
        isOptional = Value.isOptional
        read = { $0[keyPath: path].settingValue }
        write = { $0[keyPath: path] = Value($1) }
    }

    /// Whether a daemon that runs keeps to the value it was started with.
    package var isFixedAtStart: Bool { Setting.fixedAtStart.contains(key) }

    /// The flag's name without its dashes: `mini-models`.
    package var flag: String { spelled("-") }

    /// `REFRAIN_MINI_MODELS`.
    package var environmentVariable: String { "REFRAIN_" + spelled("_").uppercased() }

    private func spelled(_ separator: String) -> String {
        key.map { $0 == "." || $0 == "_" ? separator : String($0) }.joined()
    }

    /// The default as a flag would give it, for the help.
    package var defaultText: String {
        defaultNote ?? read(Settings(data: Setting.dataForHelp, model: Setting.modelForHelp)).text
    }

    static let dataForHelp = "~/.local/state/refrain"
    static let modelForHelp = "~/.cache/refrain/models/all-MiniLM-L6-v2"
}

/// A setting's value, whatever its kind.
enum SettingValue: Sendable, Equatable {
    case unset
    case text(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case list([String])
    case prices([String: Price])
    case upstreams([Settings.ModelUpstream])
    case experiments([Settings.Experiment])
}
