extension Configuration {
    /// The reference of all settings, in Markdown.
    package static var reference: String {
        var text = """
            # Configuration

            Every setting is a key of the configuration file, a flag and an environment variable. A flag comes before a
            variable, a variable before the file, the file before the default; `refrain config check` shows each value
            and where it came from. An empty variable counts as not set. `unset`, as a flag or a variable, or `null`, in
            the file, unsets what may be unset.

            The file is JSON5: JSON with comments, names without quotes, and commas at the end. It is the one that
            `--config` or `REFRAIN_CONFIG` names, otherwise `$XDG_CONFIG_HOME/refrain/refrain.json5`
            (`~/.config/refrain/refrain.json5`) if it is there, otherwise `refrain/refrain.json5` in the first directory of
            `$XDG_CONFIG_DIRS` (`/etc/xdg`) that has it. `refrain init` writes one with every setting explained. A key with a dot stands in an object:
            `{mini: {models: ["gpt-5-mini"]}}`. A list is an array, or a text with commas.

            The API key is never a flag: it is the content of `upstream_key_file`, or else `OPENAI_API_KEY`.
            `upstream` falls back to `OPENAI_BASE_URL` after the file, because that variable is set for other programs
            as well.

            `SIGHUP` (`systemctl reload refrain`) has a daemon read the configuration, keys, tokens and plans anew;
            what it cannot use leaves everything as it was. Settings marked ¹ change with a restart only.

            | setting | flag | variable | value | default | |
            |---|---|---|---|---|---|

            """
        for setting in Setting.all {
            let cells = [
                "`\(setting.key)`\(setting.isFixedAtStart ? " ¹" : "")", "`--\(setting.flag)`",
                "`\(setting.environmentVariable)`", setting.valueText,
                setting.defaultNote ?? "`\(setting.defaultText)`", setting.summary,
            ]
            let escaped = cells.map { $0.map { $0 == "|" ? "\\|" : String($0) }.joined() }
            text += "| " + escaped.joined(separator: " | ") + " |\n"
        }
        return text + """

            ## Prices

            `prices` maps a model's name to what a million of its tokens cost in US dollars. `cached_input` may be left
            out and is then the price of `input`; `as_of` is the day the price was looked up.

            ```json5
            {
                prices: {
                    "my-model": {input: 0.5, cached_input: 0.05, output: 3, as_of: "2026-11-24"},
                },
            }
            ```

            """
    }
}

extension Setting {
    /// What may be given, in words.
    package var valueText: String {
        // A duration names its unit already.
        let shownUnit = if case .duration = kind { "" } else { unit.map { " (\($0))" } ?? "" }
        return kind.expectation + (isOptional ? ", or unset" : "") + shownUnit
    }
}
