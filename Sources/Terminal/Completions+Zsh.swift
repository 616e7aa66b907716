extension ProgramSpecification {
    var zshCompletions: String {
        """
        #compdef \(name)
        # zsh completion for \(name); load it with: source <(\(name) completions zsh)
        \(functionName)() {
            local -a words_left
            local context state line
            typeset -A opt_args
            _arguments -C \\
        \(leadingOptions.map { "        \(zshOption($0))" }.joined(separator: " \\\n")) \\
                '1: :->command' '*:: :->arguments'
            case $state in
                command)
                    words_left=(\(topWords.map { zshDescribed($0.word, $0.summary) }.joined(separator: " ")))
                    _describe command words_left ;;
                arguments)
                    case $words[1] in
        \(firstWords.map(zshFirstWordCase).joined(separator: "\n"))
                    esac ;;
            esac
        }
        # Loaded as a file of fpath it is the function itself; sourced, it must be registered.
        if [[ $funcstack[1] == \(functionName) ]]; then \(functionName) "$@"; else compdef \(functionName) \(name); fi

        """
    }

    private func zshFirstWordCase(_ word: String) -> String {
        let group = commands(inGroup: word)
        guard !group.isEmpty else {
            let command = commands.first { $0.name == word }!
            return "                \(word)) \(zshArguments(command)) ;;"
        }
        let described = group.map { zshDescribed($0.words[1], $0.summary) }.joined(separator: " ")
        let cases = group.map {
            "                        \($0.words[1])) shift words; ((CURRENT--)); \(zshArguments($0)) ;;"
        }
        return """
                            \(word))
                                if ((CURRENT == 2)); then words_left=(\(described)); _describe command words_left; return; fi
                                case $words[2] in
            \(cases.joined(separator: "\n"))
                                esac ;;
            """
    }

    private func zshArguments(_ command: CommandSpecification) -> String {
        let options = options(of: command).map(zshOption)
        let arguments = command.arguments.map { argument in
            let position = argument.takesMany ? "*" : argument.isRequired ? "" : ":"
            return shellQuoted("\(position):\(argument.value.name):\(zshAction(argument.value))")
        }
        return (["_arguments"] + options + arguments).joined(separator: " ")
    }

    private func zshOption(_ option: OptionSpecification) -> String {
        let text = option.summary.filter { $0 != "[" && $0 != "]" }.map { $0 == ":" ? "\\:" : String($0) }.joined()
        let value = option.value.map { ":\($0.name):\(zshAction($0))" } ?? ""
        let repeats = option.isRepeatable ? "*" : ""
        let long = "\(repeats)--\(option.name)\(option.value == nil ? "" : "=")[\(text)]\(value)"
        let short = option.short.map { " " + shellQuoted("\(repeats)-\($0)[\(text)]\(value)") } ?? ""
        return shellQuoted(long) + short
    }

    private func zshAction(_ value: ValueSpecification) -> String {
        switch value.completion {
        case .nothing: " "
        case .file: "_files"
        case .directory: "_files -/"
        case .choices(let words): "(\(words.joined(separator: " ")))"
        }
    }

    private func zshDescribed(_ word: String, _ summary: String) -> String {
        shellQuoted("\(word):\(summary.map { $0 == ":" ? "\\:" : String($0) }.joined())")
    }
}
