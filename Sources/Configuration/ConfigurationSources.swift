/// All that the settings follow from.
package struct ConfigurationSources: Sendable {
    package struct File: Sendable {
        package let path: String
        package let text: String

        package init(path: String, text: String) {
            self.path = path
            self.text = text
        }
    }

    /// By name, without dashes.
    package var flags: [String: String]
    package var environment: [String: String]
    package var file: File?

    package init(flags: [String: String] = [:], environment: [String: String], file: File? = nil) {
        self.flags = flags
        self.environment = environment
        self.file = file
    }

    /// A variable that is set to something: an empty one counts as not set.
    func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    var home: String? { variable("HOME") }

    /// A directory by the XDG Base Directory Specification, which has relative ones ignored.
    func directory(_ name: String, inHome fallback: String) -> String? {
        if let directory = variable(name), directory.hasPrefix("/") { return directory }
        return home.map { $0 + "/" + fallback }
    }
}
