/// A shell that completes command lines.
package enum Shell: String, Sendable, CaseIterable {
    case bash, zsh, fish
}

extension ProgramSpecification {
    /// The script that teaches a shell this command line.
    package func completions(for shell: Shell) -> String {
        switch shell {
        case .bash: bashCompletions
        case .zsh: zshCompletions
        case .fish: fishCompletions
        }
    }

    /// A name for the shell functions, of letters and underscores only.
    var functionName: String { "_" + name.map { $0 == "-" ? "_" : String($0) }.joined() }

    /// Each word a command may begin with, with a summary.
    var topWords: [(word: String, summary: String)] {
        firstWords.map { word in
            let command = commands.first { $0.name == word }
            let seconds = commands(inGroup: word).map { $0.words[1] }
            return (word, command?.summary ?? "commands: " + seconds.joined(separator: ", "))
        } + [("help", "show the help of a command")]
    }

    /// The groups, with their second words.
    var groups: [(word: String, commands: [CommandSpecification])] {
        firstWords.map { ($0, commands(inGroup: $0)) }.filter { !$0.1.isEmpty }
    }
}

/// A text within single quotes, for a shell.
func shellQuoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
