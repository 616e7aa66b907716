extension Configuration {
    /// A configuration file with every setting, its meaning and its default, all commented out: a line that begins
    /// with `//` and no space is a setting.
    package static var exampleFile: String {
        var lines = [
            "// The configuration of refrain, in JSON5. Each setting stands with its default; remove the // before it",
            "// to change it. A flag (--log-level debug) or a variable (REFRAIN_LOG_LEVEL=debug) comes before this file.",
            "{",
        ]
        let defaults = Settings(data: Setting.dataForHelp, model: Setting.modelForHelp)
        for setting in Setting.all where setting.group == nil { lines += entry(setting, defaults, indent: 1) }
        for group in Setting.groups {
            lines += ["", "    \(group): {"]
            for setting in Setting.all where setting.group == group { lines += entry(setting, defaults, indent: 2) }
            lines.append("    },")
        }
        return lines.joined(separator: "\n") + "\n}\n"
    }

    private static func entry(_ setting: Setting, _ defaults: Settings, indent: Int) -> [String] {
        let margin = String(repeating: "    ", count: indent)
        var sentences = [setting.summary, setting.kind.expectation + (setting.isOptional ? ", or null" : "")]
        if let note = setting.defaultNote { sentences.append("default: " + note) }
        let comments = sentences.map { "\(margin)// \($0.prefix(1).uppercased())\($0.dropFirst())." }
        return comments + ["\(margin)//\(setting.name): \(setting.read(defaults).json5),"]
    }
}
