import Configuration
import Glibc
import JSON
import Support
import Terminal

/// What a command has to work with.
struct CommandContext: Sendable {
    let arguments: ParsedArguments
    let environment: [String: String]
    let console: Console

    /// The settings of this invocation, with their origins.
    func configuration() throws(ConfigurationError) -> Resolution {
        var flags: [String: String] = [:]
        for name in ["config"] + Setting.all.map(\.flag) { flags[name] = arguments.value(name) }
        let resolution = try Configuration.load(flags: flags, environment: environment)
        for warning in resolution.warnings { console.warn(warning) }
        return resolution
    }

    /// Whether to print JSON.
    var wantsJSON: Bool { arguments.has("json") }

    /// Prints a JSON value on a line of stdout.
    func print(_ value: JSONValue) throws { try console.writeLine(value.text) }

    /// The environment of the process.
    static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = unsafe environ
        while let entry = unsafe next.pointee {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            }
            unsafe next += 1
        }
        return variables
    }
}

/// A command that cannot do its work.
struct CommandError: ExplainedError {
    let what: String
    var why: String?
    var remedy: String?

    init(_ what: String, why: String? = nil, remedy: String? = nil) {
        self.what = what
        self.why = why
        self.remedy = remedy
    }
}
