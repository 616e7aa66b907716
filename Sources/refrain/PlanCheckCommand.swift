import Configuration
import JSON
import Models
import Plans
import Support
import Terminal

/// `refrain plan check`: what is wrong with plans' files, and what the templates of the others take.
enum PlanCheckCommand: Command {
    static let specification = CommandSpecification(
        "plan check", "check plans' files and show what each step takes; exit 1 for a plan that cannot be used",
        arguments: [ArgumentSpecification(ValueSpecification("FILE", .file), "plans' files", .oneOrMore)],
        options: [
            OptionSpecification(
                "input-tokens", value: ValueSpecification("N"), defaultText: "1000",
                "estimate a run whose inputs have N tokens each")
        ],
        example: "refrain plan check plans/route.json5")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let models = Service.models(try context.configuration().settings)
        let inputTokens = try context.arguments.integer("input-tokens", in: 0...1_000_000_000) ?? 1_000
        var (plans, isRefused): ([Plan], Bool) = ([], false)
        for path in context.arguments.arguments {
            do throws(PlanError) {
                plans.append(try Plan.load(path))
            } catch {
                isRefused = true
                for problem in error.problems { context.console.show(problem.description) }
            }
        }
        for plan in plans {
            guard context.wantsJSON else { continue }
            for step in plan.steps { try context.print(json(plan, step, models)) }
            try context.print(json(plan, PlanEstimate(plan, models, inputTokens: inputTokens), inputTokens))
        }
        if !context.wantsJSON, !plans.isEmpty {
            try context.console.write(table(plans, models).text(context.console.output))
            for plan in plans {
                let estimate = PlanEstimate(plan, models, inputTokens: inputTokens)
                try context.console.writeLine(
                    "\(plan.name): a run with inputs of \(Format.count(inputTokens)) tokens each takes at most "
                        + "\(Format.count(estimate.calls)) calls, \(Format.count(estimate.promptTokens)) tokens in, "
                        + "\(Format.count(estimate.completionTokens)) out, "
                        + (estimate.cost.map(Format.dollars) ?? "at a price that is not known"))
            }
        }
        return isRefused ? .no : .success
    }

    private static func json(_ plan: Plan, _ step: Step, _ models: ModelsConfiguration) -> JSONValue {
        guard let ask = step.ask else { return ["plan": .string(plan.name), "step": .string(step.name)] }
        return [
            "plan": .string(plan.name), "step": .string(step.name), "role": .string(ask.role.rawValue),
            "template_tokens": .number(ask.templateTokens), "output_tokens_max": .number(ask.outputTokensMax),
            "cost_usd_max": ask.costMax(models).map { .number($0.dollars) } ?? .null,
        ]
    }

    private static func json(_ plan: Plan, _ estimate: PlanEstimate, _ inputTokens: Int) -> JSONValue {
        [
            "plan": .string(plan.name), "input_tokens": .number(inputTokens), "calls_max": .number(estimate.calls),
            "prompt_tokens_max": .number(estimate.promptTokens),
            "completion_tokens_max": .number(estimate.completionTokens),
            "cost_usd_max": estimate.cost.map { .number($0.dollars) } ?? .null,
        ]
    }

    private static func table(_ plans: [Plan], _ models: ModelsConfiguration) -> Table {
        var table = Table([
            Table.Column("plan"), Table.Column("step"), Table.Column("role"), Table.Column("template", .right),
            Table.Column("output at most", .right), Table.Column("cost at most", .right),
        ])
        for plan in plans {
            for step in plan.steps {
                guard let ask = step.ask else {
                    table.append([Table.Cell(plan.name), Table.Cell(step.name), "none", "", "", ""])
                    continue
                }
                table.append([
                    Table.Cell(plan.name), Table.Cell(step.name), Table.Cell(ask.role.rawValue),
                    Table.Cell(Format.count(ask.templateTokens)), Table.Cell(Format.count(ask.outputTokensMax)),
                    Table.Cell(ask.costMax(models).map(Format.dollars) ?? "unknown"),
                ])
            }
        }
        return table
    }
}
