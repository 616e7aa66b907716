extension ProgramSpecification {
    var bashCompletions: String {
        """
        # bash completion for \(name); load it with: source <(\(name) completions bash)
        \(functionName)() {
            local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
            local command= index=1 options= words= files=
            COMPREPLY=()
            # "--option=value" comes as three words.
            if [[ $current == "=" ]]; then current=; elif [[ $previous == "=" ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi
            while ((index < COMP_CWORD)); do
                case "${COMP_WORDS[index]}" in
                    \(bashPattern((globalOptions + settings).filter { $0.value != nil }))) ((index++)) ;;
                    -*) ;;
                    *) command="${command:+$command }${COMP_WORDS[index]}"
                       case "$command" in \(bashGroupPattern)) ;; *) break ;; esac ;;
                esac
                ((index++))
            done
            case "$command" in
        \(bashCommandCases)
                *) options='\(bashWords(leadingOptions))'
                    words='\(topWords.map(\.word).joined(separator: " "))'
        \(bashValueCases(leadingOptions).joined(separator: "\n")) ;;
            esac
            if [[ $current == -* ]]; then
                COMPREPLY=($(compgen -W "$options" -- "$current"))
            elif [[ -n $words ]]; then
                COMPREPLY=($(compgen -W "$words" -- "$current"))
            elif [[ -n $files ]]; then
                COMPREPLY=($(compgen -A "$files" -- "$current"))
            fi
        }
        complete -o filenames -F \(functionName) \(name)

        """
    }

    private var bashCommandCases: String {
        let groupCases = groups.map { group in
            let seconds = group.commands.map { $0.words[1] }.joined(separator: " ")
            return "        '\(group.word)') options='\(bashWords([.help]))'; words='\(seconds)' ;;"
        }
        let commandCases = commands.map { command in
            var lines = ["        '\(command.name)') options='\(bashWords(options(of: command)))'"]
            switch command.arguments.last?.value.completion {
            case .file: lines.append("            files=file")
            case .directory: lines.append("            files=directory")
            case .choices(let words): lines.append("            words='\(words.joined(separator: " "))'")
            case .nothing, nil: break
            }
            lines += bashValueCases(options(of: command))
            return lines.joined(separator: "\n") + " ;;"
        }
        return (groupCases + commandCases).joined(separator: "\n")
    }

    /// Completes the value of the option that stands before, and returns.
    private func bashValueCases(_ options: [OptionSpecification]) -> [String] {
        let cases = options.compactMap { option -> String? in
            guard let value = option.value else { return nil }
            let action =
                switch value.completion {
                case .nothing: ":"
                case .file: "COMPREPLY=($(compgen -f -- \"$current\"))"
                case .directory: "COMPREPLY=($(compgen -d -- \"$current\"))"
                case .choices(let words):
                    "COMPREPLY=($(compgen -W '\(words.joined(separator: " "))' -- \"$current\"))"
                }
            return "                \(bashPattern([option]))) \(action); return ;;"
        }
        return cases.isEmpty ? [] : ["            case \"$previous\" in"] + cases + ["            esac"]
    }

    private var bashGroupPattern: String {
        groups.isEmpty ? "''" : groups.map { "'\($0.word)'" }.joined(separator: "|")
    }

    private func bashPattern(_ options: [OptionSpecification]) -> String {
        options.isEmpty ? "''" : spellings(options).joined(separator: "|")
    }

    private func bashWords(_ options: [OptionSpecification]) -> String { spellings(options).joined(separator: " ") }

    private func spellings(_ options: [OptionSpecification]) -> [String] {
        options.flatMap { option in (option.short.map { ["-\($0)"] } ?? []) + ["--" + option.name] }
    }
}
