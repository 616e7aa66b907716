import Configuration
import Terminal

/// The manual pages, made of what the help and the configuration's reference are made of.
enum ManualPages {
    static let all: [(file: String, text: @Sendable () -> String)] = [
        ("refrain.1", { program }), ("refrain.json5.5", { configuration }),
    ]

    private static let source = "refrain \(Program.version)"

    private static var program: String {
        let specification = Program.specification
        var page = ManualPage(
            "refrain", section: 1, source: source, manual: "User Commands",
            summary: specification.summary)
        page.section("SYNOPSIS")
        page.paragraph("`refrain` COMMAND [OPTIONS]")
        page.section("DESCRIPTION")
        page.paragraph(
            """
            Refrain is a daemon in front of an OpenAI-compatible API. It keeps questions, their embeddings and their \
            answers in SQLite, finds a near match by cosine similarity, lets a guard and a cheap model (mini) rule out \
            near misses, and calls the expensive model (full) only for what has not been answered before.
            """)
        page.paragraph(
            """
            `refrain serve` is the daemon. The other commands find it at its Unix socket; where none runs, they open \
            the data directory themselves. Data goes to stdout, messages go to stderr.
            """)
        specification.describe(in: &page)
        page.section("EXIT STATUS")
        page.item("0", "Done; of `lookup`: found.")
        page.item("1", "The answer is no: a miss, a bad line of a file, a failed check.")
        page.item("2", "The command could not do its work; stderr says why.")
        page.section("ENVIRONMENT")
        page.item(
            "REFRAIN_CONFIG, REFRAIN_...", "Each setting is also a variable: `--log-level` is `REFRAIN_LOG_LEVEL`.")
        page.item("OPENAI_API_KEY", "The key of the upstream, unless `upstream_key_file` names one.")
        page.item("OPENAI_BASE_URL", "The upstream, where no setting names it.")
        page.item("NO_COLOR", "Set to anything, it turns colours off.")
        page.item(
            "LISTEN_FDS, NOTIFY_SOCKET",
            "Set by a service manager: `serve` takes over its sockets and tells it when it is ready.")
        page.section("FILES")
        page.item(
            "~/.config/refrain/refrain.json5", "The configuration of a user, else /etc/xdg/refrain/refrain.json5.")
        page.item("~/.local/state/refrain/refrain.db", "The entries, with the socket `refrain.sock` beside it.")
        page.item(
            "~/.cache/refrain/models/all-MiniLM-L6-v2", "The embedding model; `refrain model fetch` puts it there.")
        page.section("SEE ALSO")
        page.paragraph("`refrain.json5`(5)")
        return page.text
    }

    private static var configuration: String {
        var page = ManualPage(
            "refrain.json5", section: 5, source: source, manual: "File Formats", summary: "configuration of refrain")
        page.section("DESCRIPTION")
        page.paragraph(
            """
            The configuration is one JSON5 file: JSON with comments, names without quotes, and commas at the end. It is \
            the one that `--config` or REFRAIN_CONFIG names, otherwise $XDG_CONFIG_HOME/refrain/refrain.json5 \
            (~/.config/refrain/refrain.json5) if it is there, otherwise refrain/refrain.json5 in the first directory of \
            $XDG_CONFIG_DIRS (/etc/xdg) that has it. `refrain init` writes one with every setting explained, and \
            `refrain config check` shows each value and where it came from.
            """)
        page.paragraph(
            """
            A flag comes before a variable, a variable before the file, the file before the default. A key with a dot \
            stands in an object: `{mini: {models: ["gpt-5-mini"]}}`. A list is an array, or a text with commas.
            """)
        page.section("SETTINGS")
        for setting in Setting.all {
            page.item(
                setting.key,
                "\(setting.summary.prefix(1).uppercased() + setting.summary.dropFirst()). \(setting.valueText); default: "
                    + "\(setting.defaultText). Also `--\(setting.flag)` and \(setting.environmentVariable).")
        }
        page.section("EXAMPLE")
        page.example(
            """
            {
                // Answers of the help desk change with every release.
                ttl_seconds: "30d",
                upstream: "https://api.openai.com/v1",
                upstream_key_file: "/etc/refrain/api-key",
                mini: {models: ["gpt-5-mini"]},
            }
            """)
        page.section("SEE ALSO")
        page.paragraph("`refrain`(1)")
        return page.text
    }
}
