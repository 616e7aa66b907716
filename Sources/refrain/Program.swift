import Configuration
import Terminal

/// A command of the program: what it is called and takes, and what it does.
protocol Command: Sendable {
    static var specification: CommandSpecification { get }
    static func run(_ context: CommandContext) async throws -> ExitCode
}

/// The whole program.
enum Program {
    static let version = "0.1.0"

    static let commands: [any Command.Type] = [
        InitCommand.self, ModelFetchCommand.self, ServeCommand.self, AskCommand.self, LookupCommand.self,
        ExplainCommand.self, ImportCommand.self, ExportCommand.self, CopyCommand.self,
        EntriesCommand.self, ShowCommand.self, ForgetCommand.self, FeedbackCommand.self, StatsCommand.self,
        ReportCommand.self, TuneCommand.self,
        BenchCommand.self, PlanListCommand.self, PlanShowCommand.self, PlanCheckCommand.self, PlanRunCommand.self,
        PlanRunsCommand.self, PlanResumeCommand.self, PlanCancelCommand.self, PlanExamplesCommand.self,
        ExperimentListCommand.self, ExperimentReportCommand.self, ExperimentStopCommand.self,
        DoctorCommand.self, ConfigCheckCommand.self, CompletionsCommand.self, ManualCommand.self,
    ]

    static let specification = ProgramSpecification(
        name: "refrain", summary: "answers a question it has answered before, and does not pay for it twice",
        version: version,
        globalOptions: [
            OptionSpecification(
                "config", value: ValueSpecification("FILE", .file), "read settings from this JSON5 file"),
            OptionSpecification("json", "print JSON instead of text"),
        ] + settings { shownEverywhere.contains($0.key) },
        settings: settings { !shownEverywhere.contains($0.key) },
        commands: commands.map { $0.specification })

    /// What nearly every command is told.
    private static let shownEverywhere: Set = ["data"]

    /// Every setting is an option of every command.
    private static func settings(_ isIncluded: (Setting) -> Bool) -> [OptionSpecification] {
        Setting.all.filter(isIncluded).map { setting in
            OptionSpecification(
                setting.flag, value: ValueSpecification(setting.kind.valueName), defaultText: setting.defaultText,
                setting.summary)
        }
    }
}
