import Glibc

/// How output is presented: what the stream it goes to can show.
package struct Presentation: Sendable, Equatable {
    /// Columns of the terminal; nil when it is none.
    package let width: Int?
    package let hasColor: Bool

    package init(width: Int?, hasColor: Bool) {
        self.width = width
        self.hasColor = hasColor
    }

    /// A pipe or a file: whole texts, no colours.
    package static let plain = Presentation(width: nil, hasColor: false)

    package var isTerminal: Bool { width != nil }

    /// What an open file can show: colours only on a terminal and unless NO_COLOR is set (https://no-color.org).
    package static func of(descriptor: Int32, environment: [String: String]) -> Presentation {
        // A dumb terminal cannot move its cursor.
        guard isatty(descriptor) == 1, environment["TERM"] != "dumb" else { return .plain }
        var size = winsize()
        let isKnown = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return Presentation(
            width: isKnown ? Int(size.ws_col) : 80, hasColor: environment["NO_COLOR", default: ""].isEmpty)
    }

    /// The text in a style, unchanged where there are no colours.
    package func styled(_ text: String, _ style: Style) -> String {
        hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}

/// A way to make text stand out; the value is its code (ECMA-48, Select Graphic Rendition).
package enum Style: Int, Sendable, CaseIterable {
    case bold = 1
    case dim = 2
    case red = 31
    case green = 32
    case yellow = 33
    case cyan = 36
}
