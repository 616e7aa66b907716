import Support

@testable import Terminal

/// A command line with one of everything.
let sample = ProgramSpecification(
    name: "refrain", summary: "answers a question it has answered before", version: "1.2.3",
    globalOptions: [
        OptionSpecification(
            "data", value: ValueSpecification("DIR", .directory), defaultText: "~/state", "the data directory"),
        OptionSpecification("json", "print JSON"),
    ],
    commands: [
        CommandSpecification(
            "serve", "run the daemon",
            options: [OptionSpecification("listen", value: ValueSpecification("ADDRESS"), "an address: host and port")],
            example: "refrain serve --listen 127.0.0.1:8474"),
        CommandSpecification(
            "import", "import questions and answers from a file, keeping what is good of it and naming what is not",
            arguments: [ArgumentSpecification(ValueSpecification("FILE", .file), "JSON Lines or CSV; - is stdin")],
            options: [
                OptionSpecification("tag", short: "t", value: ValueSpecification("TAG"), isRepeatable: true, "a tag"),
                OptionSpecification("limit", short: "n", value: ValueSpecification("N"), "stop after so many"),
                OptionSpecification("share", value: ValueSpecification("P"), "the part to take"),
                OptionSpecification(
                    "format", value: ValueSpecification("FORMAT", choices: ["jsonl", "csv"]), "it's [the] form"),
            ],
            example: "refrain import faq.jsonl"),
        CommandSpecification(
            "forget", "remove entries",
            arguments: [ArgumentSpecification(ValueSpecification("ID"), "entries", .any)],
            example: "refrain forget 12"),
        CommandSpecification(
            "ask", "ask a question", arguments: [ArgumentSpecification(ValueSpecification("TEXT"), "it", .oneOrMore)],
            example: "refrain ask 'why?'"),
        CommandSpecification(
            "feedback", "judge an answer",
            arguments: [
                ArgumentSpecification(ValueSpecification("ID"), "the entry"),
                ArgumentSpecification(ValueSpecification("VERDICT", choices: ["good", "bad"]), "the verdict"),
            ], example: "refrain feedback 3 bad"),
        CommandSpecification("config check", "check the configuration", example: "refrain config check"),
        CommandSpecification("config example", "print an example", example: "refrain config example"),
        CommandSpecification(
            "completions", "print a completion script",
            arguments: [
                ArgumentSpecification(
                    ValueSpecification("SHELL", choices: ["bash", "zsh", "fish"]), "the shell", .optional)
            ],
            example: "refrain completions bash"),
    ])

/// `command|arguments|options`, each sorted, or the help topic, or the error's words.
func outcome(_ arguments: [String]) -> String {
    do throws(UsageError) {
        switch try ArgumentParser(sample).parse(arguments) {
        case .version: return "version"
        case .help(.program): return "help"
        case .help(.group(let word)): return "help group \(word)"
        case .help(.command(let command)): return "help \(command.name)"
        case .help(.settings): return "help settings"
        case .run(let parsed):
            let options = sample.options(of: parsed.command).filter { parsed.has($0.name) }
            let given = options.map { "\($0.name)=\(parsed.values($0.name).joined(separator: "+"))" }.sorted()
            return ([parsed.command.name, parsed.arguments.joined(separator: ",")] + given).joined(separator: "|")
        }
    } catch {
        return error.description
    }
}
