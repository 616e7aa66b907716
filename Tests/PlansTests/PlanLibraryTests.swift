import Foundation
import JSON
import Models
import Testing

@testable import Plans

struct PlanLibraryTests {
    @Test func everyBuiltInPlanIsInOrder() throws {
        let library = try PlanLibrary()
        #expect(
            library.names == [
                "alert", "analysis", "annotate", "check-pii", "check-quality", "classify-log", "cluster-feedback",
                "compress", "confidence", "confidence-words", "content", "direct", "draft-refine", "examples", "route",
                "subject",
                "support",
            ])
        for name in library.names { #expect(library[name]?.name == name) }
    }

    @Test func aFileWinsOverABuiltInPlan() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "refrain-plans-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = try #require(PlanLibrary.builtIn["direct"])
        try text.replacing("full answers", with: "ours").write(
            to: folder.appending(path: "direct.json5"), atomically: true, encoding: .utf8)
        #expect(try PlanLibrary(directory: folder.path)["direct"]?.summary == "ours")
        try "{".write(to: folder.appending(path: "broken.json5"), atomically: true, encoding: .utf8)
        let error = #expect(throws: PlanError.self) { try PlanLibrary(directory: folder.path) }
        #expect(error?.problems.first?.line == 1)
        #expect(try PlanLibrary(directory: folder.path + "/none").names.count == 17)
    }

    /// What a played mini says to each plan, who is asked, and what comes of it; full says "full".
    @Test(
        arguments: [
            ("direct", [:], [.full], "full"),
            ("route", ["MINI": "mini's"], [.mini, .mini], "mini's"), ("route", ["FULL": ""], [.mini, .full], "full"),
            ("route", ["I think MINI": ""], [.mini, .full], "full"),
            ("confidence", [#"{"answer":"sure","confidence":0.8}"#: ""], [.mini], "sure"),
            ("confidence", [#"{"answer":"hm","confidence":0.79}"#: ""], [.mini, .full], "full"),
            ("confidence-words", [#"{"answer":"sure","confidence":"HIGH"}"#: ""], [.mini], "sure"),
            ("confidence-words", [#"{"answer":"hm","confidence":"MEDIUM"}"#: ""], [.mini, .full], "full"),
            ("confidence-words", [#"{"answer":"hm","confidence":"SURE"}"#: ""], [.mini, .mini, .full], "full"),
            ("confidence", ["not JSON": "not JSON"], [.mini, .mini, .full], "full"),
        ] as [(String, [String: String], [Role], String)])
    func chatPlansAnswer(_ name: String, _ replies: [String: String], _ roles: [Role], _ answer: String) async throws {
        let models = PlayedModels { role, request in
            if role == .full { return "full" }
            let isFirst = request.contains("You route") || request.contains("say how sure")
            return (isFirst ? replies.first?.key : replies.first?.value) ?? ""
        }
        let plan = try #require(try PlanLibrary()[name])
        let run = try await models.engine.run(plan, inputs: ["conversation": "why?"])
        #expect(models.roles == roles && run.outputs["answer"] == .string(answer))
    }

    @Test(arguments: ["direct", "route", "confidence", "confidence-words"])
    func chatPlansLiveWithoutMini(_ name: String) async throws {
        let models = PlayedModels { role, _ throws(ModelError) in
            if role == .mini { throw ModelError(.unreachable) }
            return "full"
        }
        let plan = try #require(try PlanLibrary()[name])
        #expect(try await models.engine.run(plan, inputs: ["conversation": "why?"]).outputs["answer"] == "full")
    }

    @Test(arguments: [("normal", [.mini]), ("high", [.mini, .full])] as [(String, [Role])])
    func onlyWhatMattersIsRefined(_ value: String, _ roles: [Role]) async throws {
        let models = PlayedModels { role, _ in role.rawValue }
        let plan = try #require(try PlanLibrary()["draft-refine"])
        let run = try await models.engine.run(plan, inputs: ["brief": "a slogan", "value": .string(value)])
        #expect(models.roles == roles && run.outputs["answer"] == .string(roles.last?.rawValue ?? ""))
    }

    @Test func aLongDocumentIsCompressed() async throws {
        let models = PlayedModels { role, request in role == .full ? String(request.utf8.count) : "an extract" }
        let plan = try #require(try PlanLibrary()["compress"])
        let document = String(repeating: "A line of some words.\n", count: 2_000)
        let run = try await models.engine.run(plan, inputs: ["question": "q", "document": .string(document)])
        #expect(models.roles == [.mini, .mini, .mini, .mini, .full])
        #expect(try #require(run.outputs["answer"]?.string.flatMap { Int($0) }) < 2_000)
        let short = PlayedModels { role, _ in role.rawValue }
        _ = try await short.engine.run(plan, inputs: ["question": "q", "document": "short"])
        #expect(short.roles == [.full])
    }

    @Test(arguments: [("simple", "low", "mini"), ("simple", "high", "full"), ("complex", "low", "full")])
    func supportGoesByComplexityAndRisk(_ complexity: String, _ risk: String, _ answer: String) async throws {
        let models = PlayedModels { role, request in
            if request.contains("Classify") {
                return #"{"intent":"i","complexity":"\#(complexity)","risk":"\#(risk)","summary":"s"}"#
            }
            return request.contains("dashboard") ? #"{"summary":"sum","tags":["t"]}"# : role.rawValue
        }
        let plan = try #require(try PlanLibrary()["support"])
        let run = try await models.engine.run(plan, inputs: ["message": "help"])
        #expect(run.outputs["answer"] == .string(answer))
        #expect(run.outputs["summary"] == "sum" && run.outputs["tags"] == ["t"])
    }

    @Test func contentAndAnalysisRunThrough() async throws {
        let models = PlayedModels { role, request in
            if request.contains("a title, a teaser") {
                return #"{"title":"t","teaser":"t","post":"p","tags":["a","b","c"]}"#
            }
            if request.contains("by its number") { return #"{"best":2}"# }
            if request.contains("into findings") {
                return #"{"summary":"s","metrics":[{"name":"n","value":1}],"anomalies":[],"questions":[]}"#
            }
            return role.rawValue
        }
        let library = try PlanLibrary()
        let content = try await models.engine.run(try #require(library["content"]), inputs: ["brief": "b"])
        #expect(content.outputs["answer"] == "full" && content.outputs["drafts"] == ["mini", "mini", "mini"])
        let manual = try await models.engine.run(
            try #require(library["content"]), inputs: ["brief": "b", "chosen_by": "person"])
        #expect(manual.status == .waiting && manual.waits.map(\.step) == ["chosen"])
        #expect(content.outputs["snippets"]?["title"] == "t")
        let analysis = try await models.engine.run(try #require(library["analysis"]), inputs: ["data": "log"])
        #expect(analysis.outputs["answer"] == "full" && analysis.outputs["follow_up"] == "mini")
    }
}
