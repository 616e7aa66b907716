import Foundation
import Testing

@testable import Support

@Suite struct TextFileTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = "/tmp/refrain-text-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    @Test func replacesTheTextAndKeepsThePermissions() throws {
        try Self.withFolder { folder in
            let path = folder + "/a.json5"
            try Data("old".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: path)
            try TextFile.replace(folder + "/link", with: "new ö")
            #expect(try TextFile.read(path, bytesMax: 100) == "new ö")
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o640)
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == path)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["a.json5", "link"])
        }
    }

    @Test func saysThatThereIsNone() throws {
        try Self.withFolder { folder in
            let failure = #expect(throws: FileFailure.self) { try TextFile.replace(folder + "/none", with: "") }
            #expect(failure?.isMissing == true)
        }
    }
}
