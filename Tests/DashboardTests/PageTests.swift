import Testing

@testable import Dashboard

/// The page's files as the program holds them.
@Suite struct PageTests {
    private static func text(_ file: Dashboard.File) -> String { String(decoding: file.bytes, as: UTF8.self) }

    @Test func everyModuleThatIsImportedIsServed() throws {
        let paths = Set(Dashboard.files.map(\.path))
        #expect(paths.count == Dashboard.files.count)
        var imports = 0
        for file in Dashboard.files where file.path.hasSuffix(".js") {
            for match in Self.text(file).matches(of: #/from "\.\/([a-z]+\.js)"/#) {
                imports += 1
                #expect(paths.contains("/page/\(match.1)"), "\(file.path) imports \(match.1)")
            }
        }
        #expect(imports > 10)
        let index = try #require(Dashboard.files.first { $0.path == "/" })
        for match in Self.text(index).matches(of: #/(?:src|href)="(\/[^"]+)"/#) {
            #expect(paths.contains(String(match.1)), "the page asks for \(match.1)")
        }
    }

    @Test func nothingIsAskedForElsewhere() {
        for file in Dashboard.files {
            for match in Self.text(file).matches(of: #/https?:\/\/[^"' ]+/#) {
                #expect(match.0.hasPrefix("http://www.w3.org/"), "\(file.path) names \(match.0)")
            }
        }
    }

    @Test func textNeverBecomesMarkup() {
        let ways = [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc",
        ]
        for file in Dashboard.files where file.path.hasSuffix(".js") {
            for way in ways { #expect(!Self.text(file).contains(way), "\(file.path) uses \(way)") }
        }
        for part in ["default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'"] {
            #expect(Dashboard.contentSecurityPolicy.contains(part))
        }
        #expect(!Dashboard.contentSecurityPolicy.contains("unsafe"))
    }
}
