import JSON
import Testing

@testable import Records

@Suite struct RecordReaderTests {
    /// Reads a text in pieces of every size and checks that the cuts make no difference.
    func read(_ text: String, _ format: RecordFormat) -> [String] {
        let bytes = Array(text.utf8)
        let readings = [1, 2, 3, 7, max(1, bytes.count)].map { size in
            var reader = RecordReader(format)
            var records: [Record] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                records += reader.read(bytes[start..<min(start + size, bytes.count)])
            }
            records += reader.finish()
            return records.map { record in
                switch record.content {
                case .success(let value): "\(record.line) \(value.text)"
                case .failure(let error): "\(record.line) ! \(error.what)"
                }
            }
        }
        for reading in readings { #expect(reading == readings[0]) }
        return readings[0]
    }

    @Test(
        arguments: [
            ("", []),
            ("{\"question\":\"a\"}\n", ["1 {\"question\":\"a\"}"]),
            ("{\"a\":1}\n\n  \r\n{\"b\":2}", ["1 {\"a\":1}", "4 {\"b\":2}"]),
            ("\u{FEFF}{\"a\":1}\n", ["1 {\"a\":1}"]),
            ("{\"a\":1}\r\n[1]\r\n", ["1 {\"a\":1}", "2 ! expected a JSON object, found an array"]),
            (
                "{\"a\":1,}\n{\"b\":2}\n",
                ["1 ! invalid JSON at byte 7: expected a member's name", "2 {\"b\":2}"]
            ),
            ("x", ["1 ! invalid JSON at byte 0: no value starts like this"]),
        ] as [(String, [String])])
    func jsonLines(text: String, expected: [String]) {
        #expect(read(text, .jsonl) == expected)
    }

    @Test(
        arguments: [
            ("question,answer\nWhat?,That.\n", ["2 {\"question\":\"What?\",\"answer\":\"That.\"}"]),
            (
                "question,answer\r\n\"a, b\",\"say \"\"x\"\"\"\r\n",
                ["2 {\"question\":\"a, b\",\"answer\":\"say \\\"x\\\"\"}"]
            ),
            (
                "question,answer\n\"two\nlines\",b\nc,d",
                ["2 {\"question\":\"two\\nlines\",\"answer\":\"b\"}", "4 {\"question\":\"c\",\"answer\":\"d\"}"]
            ),
            (
                "\u{FEFF}question,tags,ttl_seconds\na,x;y,60\n",
                ["2 {\"question\":\"a\",\"tags\":[\"x\",\"y\"],\"ttl_seconds\":60}"]
            ),
            (
                "question,answer\na\nb,c\n",
                ["2 ! 1 fields where the first line names 2", "3 {\"question\":\"b\",\"answer\":\"c\"}"]
            ),
            (
                "question,answer\n\"a\"x,b\nc,d\n",
                [
                    "2 ! text after a closing quote; a quote inside a field is written twice",
                    "3 {\"question\":\"c\",\"answer\":\"d\"}",
                ]
            ),
            ("question,answer\n\"a,b\n", ["2 ! the quote that opens here is never closed"]),
            ("question,answer\n\n,\na,\n", ["3 {}", "4 {\"question\":\"a\"}"]),
            ("", []),
        ] as [(String, [String])])
    func commaSeparatedValues(text: String, expected: [String]) {
        #expect(read(text, .csv) == expected)
    }

    @Test func invalidUTF8HarmsOneRowOnly() {
        var reader = RecordReader(.csv)
        let records = reader.read(Array("question,answer\n".utf8) + [0xFF] + Array(",b\nc,d\n".utf8))
        #expect(records.count == 2)
        #expect((try? records[0].content.get()) == nil)
        #expect((try? records[1].content.get())?["question"] == "c")
    }

    @Test func theFormatComesFromTheName() {
        #expect(RecordFormat.of(path: "/x/FAQ.CSV") == .csv)
        #expect(RecordFormat.of(path: "faq.jsonl") == .jsonl)
        #expect(RecordFormat.of(path: "-") == .jsonl)
    }
}
