import Testing

@testable import Terminal

struct HelpTests {
    @Test func program() {
        #expect(
            sample.help(.program, width: 72) == """
                refrain 1.2.3: answers a question it has answered before

                Usage: refrain COMMAND [OPTIONS]

                Commands:
                  serve           run the daemon
                  import          import questions and answers from a file, keeping what
                                  is good of it and naming what is not
                  forget          remove entries
                  ask             ask a question
                  feedback        judge an answer
                  config check    check the configuration
                  config example  print an example
                  completions     print a completion script

                Options for every command:
                      --data DIR  the data directory (default: ~/state)
                      --json      print JSON
                  -h, --help      show this help
                      --version   show the version

                `refrain COMMAND --help` says more about a command.

                """)
    }

    @Test func group() {
        #expect(
            sample.help(.group("config")) == """
                Usage: refrain config COMMAND [OPTIONS]

                Commands:
                  config check    check the configuration
                  config example  print an example

                `refrain config COMMAND --help` says more about a command.

                """)
    }

    @Test func command() {
        let command = sample.commands.first { $0.name == "import" }!
        #expect(
            sample.help(.command(command)) == """
                Import questions and answers from a file, keeping what is good of it and naming
                what is not.

                Usage: refrain import FILE [OPTIONS]

                Arguments:
                  FILE  JSON Lines or CSV; - is stdin

                Options:
                  -t, --tag TAG        a tag (may be repeated)
                  -n, --limit N        stop after so many
                      --share P        the part to take
                      --format FORMAT  it's [the] form (one of jsonl, csv)

                Options for every command:
                      --data DIR  the data directory (default: ~/state)
                      --json      print JSON
                  -h, --help      show this help

                Example:
                  refrain import faq.jsonl

                """)
    }

    @Test(arguments: [40, 60, 80, 100]) func linesFit(width: Int) {
        for topic in [HelpTopic.program, .group("config")] + sample.commands.map({ .command($0) }) {
            for line in sample.help(topic, width: width).split(separator: "\n") {
                #expect(DisplayWidth.of(line) <= width || line.contains("Usage:") || line.hasPrefix("  refrain "))
            }
        }
    }

    @Test func usageShowsWhatMayBeLeftOut() {
        let usages = ["forget": "[ID...]", "ask": "TEXT...", "completions": "[SHELL]"]
        for (name, usage) in usages {
            let command = sample.commands.first { $0.name == name }!
            #expect(sample.help(.command(command)).contains("Usage: refrain \(name) \(usage) [OPTIONS]"))
        }
    }
}
