import Configuration
import FoundationEssentials
import Glibc
import JSON
import Support
import Terminal

/// `refrain init`: writes a configuration with every setting, its meaning and its default.
enum InitCommand: Command {
    static let specification = CommandSpecification(
        "init", "write a configuration file with every setting explained",
        arguments: [
            ArgumentSpecification(
                ValueSpecification("FILE", .file),
                "where; - is stdout; without it that of --config, or the one refrain reads by itself", .optional)
        ],
        options: [OptionSpecification("force", "replace a file that is there")],
        example: "refrain init refrain.json5")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let named = context.arguments.arguments.first ?? context.arguments.value("config")
        if named == "-" {
            try context.console.write(Configuration.exampleFile)
            return .success
        }
        guard let path = named ?? Configuration.ownFile(environment: context.environment) else {
            throw CommandError(
                "there is no place for the configuration", why: "neither HOME nor XDG_CONFIG_HOME is set",
                remedy: "name a file: refrain init refrain.json5")
        }
        try write(to: path, replaces: context.arguments.has("force"))
        if context.wantsJSON {
            try context.print(["file": .string(path)])
        } else {
            try context.console.writeLine(path)
            context.console.show(
                "every line is a comment so far: remove the // before a setting to change it, then "
                    + "`refrain config check\(named == nil ? "" : " --config \(path)")`")
        }
        return .success
    }

    private static func write(to path: String, replaces: Bool) throws(CommandError) {
        if !replaces, unsafe access(path, F_OK) == 0 {
            throw CommandError(
                "cannot write \(path)", why: "it is there already",
                remedy: "--force replaces it; `refrain init -` prints the file instead")
        }
        let url = URL(fileURLWithPath: path)
        do {
            try FileManager.default.createDirectory(
                atPath: url.deletingLastPathComponent().path, withIntermediateDirectories: true)
            try Data(Configuration.exampleFile.utf8).write(to: url, options: .atomic)
        } catch {
            throw CommandError("cannot write \(path)", why: "\(error)", remedy: "name another file")
        }
    }
}
