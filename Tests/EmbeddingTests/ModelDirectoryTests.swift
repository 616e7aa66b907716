import Foundation
import Support
import Testing

@testable import Embedding

@Suite struct ModelDirectoryTests {
    private let content = Array("the weights".utf8)
    private var expected: ModelDirectory.Expected {
        ModelDirectory.Expected(name: "weights", bytes: content.count, digest: Digest(of: content).hex)
    }

    @Test func aRightFileIsHashedOnceAndStamped() throws {
        try withTemporaryFolder { folder in
            let directory = ModelDirectory(folder.path)
            let file = folder.appending(path: "weights")
            try Data(content).write(to: file)
            #expect(try directory.open(expected).bytes == content)
            let stamp = try String(contentsOf: folder.appending(path: "weights.verified"), encoding: .utf8)
            #expect(stamp.contains(expected.digest))

            // Other bytes with the same size and time of change: that they pass shows that nothing is hashed.
            var status = stat()
            #expect(unsafe stat(file.path, &status) == 0)
            let handle = try FileHandle(forWritingTo: file)
            try handle.write(contentsOf: Data("The".utf8))
            try handle.close()
            #expect(unsafe utimensat(AT_FDCWD, file.path, [status.st_atim, status.st_mtim], 0) == 0)
            #expect(try directory.open(expected).bytes == Array("The weights".utf8))
        }
    }

    @Test func aChangedFileIsHashedAgain() throws {
        try withTemporaryFolder { folder in
            let directory = ModelDirectory(folder.path)
            let file = folder.appending(path: "weights")
            try Data(content).write(to: file)
            _ = try directory.open(expected)
            try Data("THE WEIGHTS".utf8).write(to: file)
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
            let error = #expect(throws: EmbeddingError.self) { try directory.open(expected) }
            #expect(error?.kind == .modelDamaged)
            #expect(error?.why?.contains("SHA-256") == true)
            try Data(content).write(to: file)
            #expect(try directory.open(expected).bytes == content)
        }
    }

    @Test func aFileOfAnotherSizeIsRefused() throws {
        try withTemporaryFolder { folder in
            try Data("short".utf8).write(to: folder.appending(path: "weights"))
            let error = #expect(throws: EmbeddingError.self) { try ModelDirectory(folder.path).open(expected) }
            #expect(error?.why == "it has 5 bytes instead of 11")
        }
    }

    @Test func aMissingFileIsNamedWithTheRemedy() throws {
        try withTemporaryFolder { folder in
            let error = #expect(throws: EmbeddingError.self) { try LocalEmbedder(model: folder.path, threads: 1) }
            #expect(error?.kind == .modelMissing)
            #expect(
                error?.description.contains(
                    folder.path + "/vocab.txt: No such file or directory; run `refrain model fetch`") == true)
            let directory = #expect(throws: EmbeddingError.self) { try MappedFile(path: folder.path) }
            #expect(directory?.why == "not a regular file")
        }
    }

    @Test(arguments: [
        (["XDG_CACHE_HOME": "/c", "HOME": "/h"], "/c/refrain/models/all-MiniLM-L6-v2"),
        (["HOME": "/h"], "/h/.cache/refrain/models/all-MiniLM-L6-v2"),
        (["XDG_CACHE_HOME": "", "HOME": "/h"], "/h/.cache/refrain/models/all-MiniLM-L6-v2"),
        (["XDG_CACHE_HOME": "c", "HOME": "/h"], "/h/.cache/refrain/models/all-MiniLM-L6-v2"),
    ])
    func theStandardPlaceFollowsTheEnvironment(_ environment: [String: String], _ path: String) {
        #expect(ModelDirectory.standard(environment: environment).path == path)
    }
}
