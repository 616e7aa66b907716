import JSON
import Models
import Support

/// Does one step of a run.
struct StepRunner: Sendable {
    let step: Step
    let context: RunContext
    let values: RunValues
    let engine: PlanEngine

    init(_ step: Step, _ context: RunContext, _ values: RunValues, engine: PlanEngine) {
        self.step = step
        self.context = context
        self.values = values
        self.engine = engine
    }

    /// The output for one element, or for the whole step where it does not fan out.
    struct Work: Sendable {
        /// Nil: it waits for a person.
        var output: Result<JSONValue, StepFailure>?
        var isCut = false
        var calls: [StepCall] = []
    }

    func run() async -> StepRecord {
        let start = ContinuousClock.now
        let holds = step.condition?.holds(isForced: context.isForced) { values[$0, item: nil] } ?? true
        let work = holds ? await work() : nil
        var (output, reason): (JSONValue?, String?) = (nil, nil)
        let status: StepRecord.Status
        switch work?.output {
        case .success(let value)?: (output, status) = (value, .done)
        case .failure(let failure)?: (reason, status) = (failure.reason, .failed)
        case nil: status = holds ? .waiting : .skipped
        }
        return StepRecord(
            name: step.name, status: status, reason: reason, output: output, isCut: work?.isCut ?? false,
            calls: work?.calls ?? [], latencyMilliseconds: start.duration(to: .now) / .milliseconds(1))
    }

    private func work() async -> Work {
        do throws(StepFailure) {
            switch step.action {
            case .ask(let ask): return await AskRunner(step, ask, context, values, engine: engine).work()
            case .choose(let choice): return Work(output: try chosen(choice).map { .success($0) })
            case .group(let grouping): return Work(output: .success(try await groups(grouping)))
            }
        } catch {
            return Work(output: .failure(error))
        }
    }

    /// Nil where a person is yet to choose.
    private func chosen(_ choice: Choice) throws(StepFailure) -> JSONValue? {
        guard let options = values[choice.options, item: nil]?.array, !options.isEmpty else {
            throw StepFailure(.invalid, "\(choice.options) is no list to choose from")
        }
        let number: Int?
        switch choice.chooser {
        case .shortest: return options.min { $0.shown.count < $1.shown.count }
        case .longest: return options.max { $0.shown.count < $1.shown.count }
        case .number(let reference): number = values[reference, item: nil]?.choice
        case .person:
            guard let choice = context.choices[step.name] else { return nil }
            number = choice
        }
        guard let number, options.indices.contains(number - 1) else {
            throw StepFailure(.invalid, "the choice is none from 1 to \(options.count)")
        }
        return options[number - 1]
    }

    private func groups(_ grouping: Grouping) async throws(StepFailure) -> JSONValue {
        guard let texts = values[grouping.texts, item: nil]?.array?.compactMap(\.string) else {
            throw StepFailure(.invalid, "\(grouping.texts) is no list of texts")
        }
        guard texts.count <= Limits.planTextsPerGroupingMax else {
            throw StepFailure(
                .invalid, "\(texts.count) texts, \(Limits.planTextsPerGroupingMax) at most are put into groups")
        }
        guard let embed = engine.embed else { throw StepFailure(.invalid, "there is no embedder to group texts with") }
        do {
            let vectors = try await embed(texts)
            let groups = TextGroups.of(vectors, similarity: Float(grouping.similarity))
            return .array(groups.map { .array($0.map { .string(texts[$0]) }) })
        } catch {
            throw StepFailure(.call, "the embedder failed: \(error)")
        }
    }
}

extension JSONValue {
    /// As a model would get to see it.
    var shown: String { string ?? text }

    /// A number, or the text of one, as a model without a schema writes it.
    fileprivate var choice: Int? { int ?? string.flatMap { Int($0.trimmed) } }
}
