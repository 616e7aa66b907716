import Store
import Support
import Testing

@testable import Ledger

@Suite struct LabelsTests {
    @Test(arguments: [
        ("ticket=123", [Label("ticket", "123")]), ("", []), (" , ", []),
        ("ticket=123, session=abc", [Label("ticket", "123"), Label("session", "abc")]),
        ("a=1,b=2 ,\tc=x y", [Label("a", "1"), Label("b", "2"), Label("c", "x y")]),
        (#"piece="one, two", a=b"#, [Label("piece", "one, two"), Label("a", "b")]),
        (#"q="say \"hi\"""#, [Label("q", #"say "hi""#)]), ("url=a=b", [Label("url", "a=b")]),
        ("empty=", [Label("empty", "")]),
    ])
    func reads(text: String, labels: [Label]) {
        #expect(Labels.parse(text) == labels)
    }

    @Test(arguments: ["ticket", "a=1, b", #"a="open"#, #"a="x"y"#]) func refuses(text: String) {
        #expect(Labels.parse(text) == nil)
    }

    @Test(arguments: [
        (Label("ticket", "123"), true), (Label("a_b-c.d*1", "é"), true), (Label("", "x"), false),
        (Label("ticket number", "x"), false), (Label("é", "x"), false), (Label("ticket", ""), false),
        (Label("ticket", "a\nb"), false), (Label("t", String(repeating: "x", count: 128)), true),
        (Label("t", String(repeating: "x", count: 129)), false),
        (Label(String(repeating: "x", count: 65), "v"), false),
    ])
    func knowsWhatCanBeKept(label: Label, isKept: Bool) {
        #expect((Labels.problem(label) == nil) == isKept)
    }

    @Test func keepsTheFirstOfEachKey() {
        #expect(
            Labels.merged([Label("a", "1"), Label("b", "2"), Label("a", "3")]) == [Label("a", "1"), Label("b", "2")])
        #expect(Labels.merged((0..<20).map { Label("k\($0)", "v") }).count == Limits.labelsPerRequestMax)
    }
}
