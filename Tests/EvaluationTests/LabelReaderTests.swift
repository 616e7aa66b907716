import Testing

@testable import Evaluation

@Suite struct LabelReaderTests {
    private func read(_ files: [(name: String, bytes: [UInt8])]) async throws -> (LabelledTexts, [String]) {
        try await withFolder { folder in
            var reader = LabelReader()
            for file in files {
                try write(file.bytes, to: "\(folder)/\(file.name)")
                try reader.read("\(folder)/\(file.name)")
            }
            let bad = reader.badRows.map { "\($0.line): \($0.reason)" }
            return (try reader.finish(), bad)
        }
    }

    @Test(arguments: [
        ("pairs.jsonl", #"{"a":"x","b":"y","same":true}"# + "\n" + #"{"a":"x","b":"z","same":false}"#),
        ("pairs.jsonl", #"{"a":"x","b":"y","same":1}"# + "\n" + #"{"a":"x","b":"z","same":0}"# + "\n"),
        ("pairs.csv", "a,b,same\nx,y,true\nx,z,False\n"), ("pairs.CSV", "same,a,b\r\n1,x,y\r\n0,x,z\r\n"),
    ])
    func pairsAreRead(name: String, text: String) async throws {
        let (labelled, bad) = try await read([(name, Array(text.utf8))])
        #expect(labelled.texts == ["x", "y", "z"] && labelled.classes == [0, 0, 1] && bad.isEmpty)
        #expect(labelled.relation(1, 2) == .different)
    }

    @Test func packedFilesAreReadWhateverTheirName() async throws {
        for name in ["pairs.jsonl.gz", "pairs"] {
            let (labelled, bad) = try await read([(name, GzipFixtures.first + GzipFixtures.second)])
            #expect(labelled.classes == [0, 0, 1] && bad.isEmpty)
        }
    }

    @Test(arguments: [
        (
            "classes.jsonl",
            #"{"text":"x","class":"1","split":"s"}"# + "\n" + #"{"text":"y","class":1}"# + "\n"
                + #"{"text":"o","class":null}"#
        ),
        ("classes.csv", "text,class\nx,1\ny,1\no,\n"),
    ])
    func classesAreRead(name: String, text: String) async throws {
        let (labelled, bad) = try await read([(name, Array(text.utf8))])
        #expect(labelled.texts == ["x", "y", "o"] && labelled.classes == [0, 0, 1] && bad.isEmpty)
        #expect(labelled.relation(0, 2) == .different)
    }

    @Test func badRowsAreNamedAndTheRestKept() async throws {
        let rows = [
            #"{"a":"x","b":"y","same":true}"#, "nonsense", #"{"a":"x","same":true}"#, #"{"a":"x","b":"y","same":2}"#,
            #"{"text":"","class":"c"}"#, #"{"text":"t","class":[]}"#, #"{"question":"x"}"#, #"{"a":"y","b":"z"}"#,
        ]
        let (labelled, bad) = try await read([("pairs.jsonl", Array(rows.joined(separator: "\n").utf8))])
        #expect(labelled.texts == ["x", "y"])
        #expect(bad.map { $0.prefix { $0 != ":" } } == ["2", "3", "4", "5", "6", "7", "8"])
        #expect(bad[1] == "3: b is not a text" && bad[5] == "7: expected a, b and same, or text and class")
    }

    @Test func aFileWithoutARowIsAnError() async throws {
        await #expect(throws: DataError.self) { try await read([("empty.jsonl", [])]) }
    }
}
