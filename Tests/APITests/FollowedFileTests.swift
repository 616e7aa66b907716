import Foundation
import Support
import Testing

@testable import API

struct FollowedFileTests {
    private final class Folder {
        let path = NSTemporaryDirectory() + "refrain-followed-" + UUID().uuidString
        init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) }
        deinit { try? FileManager.default.removeItem(atPath: path) }

        var file: FollowedFile { FollowedFile(path: path + "/app.log") }

        func add(_ text: String, to name: String = "app.log") throws {
            let path = path + "/" + name
            if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        }

        func rotate() throws {
            try FileManager.default.moveItem(atPath: path + "/app.log", toPath: path + "/app.log.1")
        }
    }

    private static func text(_ piece: FollowedFile.Piece?) -> String? {
        piece.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test func onlyWholeLinesAreRead() throws {
        let folder = try Folder()
        try folder.add("old\n")
        let start = try folder.file.end()
        #expect(try folder.file.next(after: start, bytesMax: 100) == nil)
        try folder.add("one\ntwo\nthr")
        let first = try #require(try folder.file.next(after: start, bytesMax: 100))
        #expect(Self.text(first) == "one\ntwo\n")
        #expect(first.lines.map(\.text) == ["one", "two"] && first.lines.map(\.end.offset) == [8, 12])
        #expect(try folder.file.next(after: first.end, bytesMax: 100) == nil)
        try folder.add("ee\n")
        #expect(Self.text(try folder.file.next(after: first.end, bytesMax: 100)) == "three\n")
    }

    /// However it is cut into pieces, nothing is read twice or left out.
    @Test(arguments: [4, 5, 7, 11, 64]) func piecesMakeTheWhole(bytesMax: Int) throws {
        let folder = try Folder()
        let whole = "a\n\nlonger than a piece\nb\nc\n"
        try folder.add(whole)
        var (position, read, lineEnds) = (FollowedFile.Position(), "", [Int64]())
        while let piece = try folder.file.next(after: position, bytesMax: bytesMax) {
            read += Self.text(piece) ?? ""
            lineEnds += piece.lines.map(\.end.offset)
            #expect(piece.lines.last?.end == piece.end && piece.bytes.count <= bytesMax)
            position = piece.end
        }
        #expect(read == whole && lineEnds == lineEnds.sorted())
    }

    @Test func aRotatedFileIsReadToItsEnd() throws {
        let folder = try Folder()
        try folder.add("one\n")
        let start = try folder.file.end()
        try folder.add("two\nlast without an end")
        try folder.rotate()
        try folder.add("a new file that is longer than the old one was\n")
        let rest = try #require(try folder.file.next(after: start, bytesMax: 100))
        #expect(Self.text(rest) == "two\n")
        let last = try #require(try folder.file.next(after: rest.end, bytesMax: 100))
        #expect(Self.text(last) == "last without an end")
        let new = try #require(try folder.file.next(after: last.end, bytesMax: 100))
        #expect(Self.text(new) == "a new file that is longer than the old one was\n" && new.end.inode != start.inode)
        #expect(try folder.file.next(after: new.end, bytesMax: 100) == nil)
    }

    @Test func aFileThatWasCutIsReadFromItsStart() throws {
        let folder = try Folder()
        try folder.add("one\ntwo\n")
        let end = try folder.file.end()
        try #require(FileHandle(forWritingAtPath: folder.path + "/app.log")).truncate(atOffset: 0)
        try folder.add("new\n")
        #expect(Self.text(try folder.file.next(after: end, bytesMax: 100)) == "new\n")
    }

    @Test func whatIsNoFileIsRefused() throws {
        let folder = try Folder()
        #expect { try folder.file.end() } throws: { ($0 as? FileFailure)?.isMissing == true }
        #expect(throws: FileFailure(reason: "\(folder.path) is no file")) { try FollowedFile(path: folder.path).end() }
    }
}
