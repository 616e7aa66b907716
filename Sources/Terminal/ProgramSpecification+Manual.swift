extension ProgramSpecification {
    /// Adds how the program is called: its commands with their arguments, options and examples.
    package func describe(in page: inout ManualPage) {
        page.section("COMMANDS")
        for command in commands {
            page.subsection(usage(of: command))
            page.paragraph(command.summary.capitalizedSentence)
            for argument in command.arguments {
                page.item(argument.value.name, describe(argument.summary, argument.value).capitalizedSentence)
            }
            for option in command.options { page.item(option.usage, description(of: option)) }
            page.paragraph("Example:")
            page.example(command.example)
        }
        page.section("OPTIONS")
        page.paragraph("Of every command:")
        for option in globalOptions + [.help, .version] { page.item(option.usage, description(of: option)) }
        if !settings.isEmpty {
            page.paragraph("Every setting of refrain.json5(5) is an option of every command, too:")
            for option in settings { page.item(option.usage, description(of: option)) }
        }
    }

    private func description(of option: OptionSpecification) -> String { row(option).1.capitalizedSentence }
}
