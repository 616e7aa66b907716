import Testing

@testable import Support

@Suite struct ExplainedErrorTests {
    private struct Failure: ExplainedError {
        let what = "cannot open /x"
        var why: String?
        var remedy: String?
    }

    private struct Bare: ExplainedError {
        let what = "no such entry"
    }

    @Test func readsAsOneSentence() {
        #expect("\(Failure(why: "no space", remedy: "free some"))" == "cannot open /x: no space; free some")
        #expect("\(Failure(why: "no space"))" == "cannot open /x: no space")
        #expect("\(Failure(remedy: "free some"))" == "cannot open /x; free some")
        #expect("\(Bare())" == "no such entry")
    }
}
