import Testing

@testable import Terminal

struct TableTests {
    private func table() -> Table {
        var table = Table([
            .init("id", .right), .init("question", shrinksTo: 8), .init("tag", shrinksTo: 4), .init("hits", .right),
        ])
        table.append(["7", "How do I reset my password?", "account", "1,204"])
        table.append(["1234", "返品できますか", "", "3"])
        return table
    }

    @Test func plainIsWhole() {
        #expect(
            table().text(.plain) == """
                  id  question                     tag       hits
                   7  How do I reset my password?  account  1,204
                1234  返品できますか                            3

                """)
    }

    @Test func shrinksTheWidestFirst() {
        #expect(
            table().text(Presentation(width: 40, hasColor: false)) == """
                  id  question            tag       hits
                   7  How do I reset my…  account  1,204
                1234  返品できますか                   3

                """)
        #expect(
            table().text(Presentation(width: 28, hasColor: false)) == """
                  id  question  tag     hits
                   7  How do …  acco…  1,204
                1234  返品で…              3

                """)
    }

    @Test func stopsShrinkingAtTheLeast() {
        let lines = table().text(Presentation(width: 27, hasColor: false)).split(separator: "\n")
        #expect(lines.map { DisplayWidth.of($0) } == [27, 27, 27])
    }

    @Test func stacksWhatDoesNotFit() {
        #expect(
            table().text(Presentation(width: 26, hasColor: false)) == """
                id        7
                question  How do I reset …
                tag       account
                hits      1,204

                id        1234
                question  返品できますか
                tag
                hits      3

                """)
        #expect(Table([.init("a long title")]).text(Presentation(width: 5, hasColor: false)) == "a long title\n")
    }

    @Test(arguments: 20...60) func neverWiderThanTheTerminal(width: Int) {
        for line in table().text(Presentation(width: width, hasColor: false)).split(separator: "\n") {
            #expect(DisplayWidth.of(line) <= width)
        }
    }

    @Test func coloursDoNotChangeTheLayout() {
        var table = Table([.init("name"), .init("state", .right)])
        table.append([.init("a"), .init("bad", .red)])
        let colored = table.text(Presentation(width: 80, hasColor: true))
        #expect(colored.contains("\u{1B}[31mbad\u{1B}[0m") && colored.hasPrefix("\u{1B}[1mname\u{1B}[0m"))
        var plain = colored
        for code in ["\u{1B}[31m", "\u{1B}[1m", "\u{1B}[0m"] { plain = plain.split(separator: code).joined() }
        #expect(plain == table.text(Presentation(width: 80, hasColor: false)))
    }

    @Test func cellsCannotSteerTheTerminal() {
        var table = Table([.init("text")])
        table.append(["a\u{1B}[2Jb\nc"])
        #expect(table.text(.plain) == "text\na\\u{1b}[2Jb\\u{a}c\n")
    }

    @Test func lineEndsHaveNoSpaces() {
        var table = Table([.init("a"), .init("b")])
        table.append(["x", "long text"])
        table.append(["y", "s"])
        #expect(table.text(.plain) == "a  b\nx  long text\ny  s\n")
    }
}
