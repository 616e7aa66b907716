package import Support

extension Log {
    /// A text of several lines as a terminal may show it: line ends and tabs stay, all else that could steer the
    /// terminal is escaped.
    package static func printable(_ text: String) -> String {
        var output = ""
        var piece = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard scalar == "\n" || scalar == "\t" else {
                piece.append(scalar)
                continue
            }
            if scalar == "\n", piece.last == "\r" { piece.removeLast() }
            output += Log.singleLine(String(piece))
            output.unicodeScalars.append(scalar)
            piece.removeAll()
        }
        return output + Log.singleLine(String(piece))
    }
}
