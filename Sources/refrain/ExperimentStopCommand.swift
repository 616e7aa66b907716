import Configuration
import Experiments
import JSON
import Support
import Terminal

/// `refrain experiment stop`: ends an experiment, and makes one of its variants the configuration.
enum ExperimentStopCommand: Command {
    static let specification = CommandSpecification(
        "experiment stop", "end an experiment and make a variant the configuration",
        arguments: [ArgumentSpecification(ValueSpecification("NAME"), "the experiment")],
        options: [
            OptionSpecification(
                "keep", value: ValueSpecification("VARIANT"),
                "the variant to keep; holdout leaves the settings as they are")
        ],
        example: "refrain experiment stop answers --keep hybrid")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let name = context.arguments.arguments[0]
        let resolution = try context.configuration()
        let experiments = resolution.settings.experiments
        guard let experiment = experiments.first(where: { $0.name == name }) else {
            let near = closest(to: name, among: experiments.map(\.name)).map { "did you mean \"\($0)\"?" }
            throw CommandError(
                "there is no experiment \"\(name)\"", remedy: near ?? "`refrain experiment list` shows them")
        }
        let kept = try variant(of: experiment, context)
        guard case .file(let path, _) = resolution.values.first(where: { $0.key == "experiments" })?.origin else {
            return try explain(experiment, kept, "the experiment does not come from a file", context)
        }
        let edit: ConfigurationEdit
        do {
            let text = try TextFile.read(path, bytesMax: Limits.configurationBytesMax)
            guard let ended = ConfigurationEdit(ending: name, keeping: kept, in: text) else {
                return try explain(experiment, kept, "\(path) has changed meanwhile", context)
            }
            edit = ended
            // What could not be read again is not written.
            var flags = Dictionary(
                uniqueKeysWithValues: Setting.all.map { ($0.flag, context.arguments.value($0.flag)) })
            flags["config"] = path
            _ = try Configuration.load(
                flags: flags.compactMapValues(\.self), environment: context.environment, withFile: edit.text)
            try TextFile.replace(path, with: edit.text)
        } catch let error as FileFailure {
            return try explain(experiment, kept, "\(path): \(error.reason)", context)
        }
        if context.wantsJSON {
            try context.print([
                "file": .string(path), "changes": .array(edit.changes.map { .string($0) }),
            ])
        } else {
            for change in edit.changes { try context.console.writeLine("\(path): \(change)") }
        }
        for (key, _) in kept?.texts ?? [] {
            switch resolution.values.first(where: { $0.key == key })?.origin {
            case .flag(let name): context.console.warn("--\(name) comes before the file: leave it out")
            case .environment(let name): context.console.warn("\(name) comes before the file: unset it")
            default: break
            }
        }
        context.console.show("a running daemon has it after SIGHUP: systemctl reload refrain")
        return .success
    }

    /// - Returns: nil for the holdout.
    private static func variant(
        of experiment: Settings.Experiment, _ context: CommandContext
    ) throws -> Settings.Experiment.Variant? {
        let names = experiment.variants.map(\.name) + [Experiment.holdoutName]
        guard let name = context.arguments.value("keep") else {
            throw UsageError("--keep is missing", remedy: "name the variant to keep: \(names.joined(separator: ", "))")
        }
        guard names.contains(name) else {
            let near = closest(to: name, among: names).map { "did you mean \($0)?" }
            throw UsageError(
                "\(experiment.name) has no variant \"\(name)\"", remedy: near ?? names.joined(separator: ", "))
        }
        return experiment.variants.first { $0.name == name }
    }

    /// What a person has to change where the command cannot.
    private static func explain(
        _ experiment: Settings.Experiment, _ kept: Settings.Experiment.Variant?, _ reason: String,
        _ context: CommandContext
    ) throws -> ExitCode {
        context.console.show("nothing is changed: \(reason); to end the experiment, change these settings yourself")
        for (key, text) in kept?.texts ?? [] { try context.console.writeLine("set \(key) to \(text)") }
        try context.console.writeLine("remove \(experiment.name) from experiments")
        return .no
    }
}
