import Configuration
import Glibc
import HTTP
import JSON
import Support
import Terminal

/// What `refrain` alone says: what is there, and what to type next.
enum NextSteps {
    static func text(_ environment: [String: String], width: Int?) async throws -> String {
        let settings = try Configuration.load(flags: [:], environment: environment).settings
        let running = (try? await ServiceConnection.daemon(settings)) ?? nil
        let statistics = try? await running?.send(Request("GET", "/cache/stats"))
        await running?.close()
        let stored = statistics?["store"]?["entries"]?.int
        var steps: [(term: String, description: String)] = []
        if settings.embedder.kind == .local, unsafe access(settings.embedder.modelDirectory + "/vocab.txt", F_OK) != 0 {
            steps.append(("refrain model fetch", "download the embedding model, 83 MB"))
        }
        if running == nil {
            if let file = Configuration.ownFile(environment: environment), unsafe access(file, F_OK) != 0 {
                steps.append(("refrain init", "write a configuration to change, if the defaults do not suit"))
            }
            let models = settings.upstream.url == nil ? "; with OPENAI_API_KEY set it also asks models" : ""
            steps.append(("refrain serve", "start the daemon" + models))
        }
        if stored ?? 0 == 0 {
            steps.append(("refrain import FILE", "store questions and answers, JSON lines or CSV"))
        }
        if running != nil, let address = settings.listen.first, !address.hasSuffix(":0") {
            steps.append(("http://\(address)/", "see in a browser what was saved, and why each answer was given"))
        }
        steps += [
            ("refrain ask TEXT", "answer a question, from the cache or by the model"),
            ("refrain explain TEXT", "show how it would be decided, and why"),
            ("refrain doctor", "check that all is well"),
            ("refrain help", "list all commands"),
        ]
        let holding = stored.map { " with \(Format.count($0)) \($0 == 1 ? "entry" : "entries")" } ?? ""
        let state =
            running == nil
            ? "No daemon runs on \(settings.socket)." : "The daemon runs on \(settings.socket)\(holding)."
        return Program.specification.text(
            [Program.specification.heading, state], section: ("Next", steps), width: width)
    }
}
