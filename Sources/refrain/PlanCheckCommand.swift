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
        example: "refrain plan check plans/route.json5")

    static func run(_ context: CommandContext) async throws -> ExitCode {
        let models = Service.models(try context.configuration().settings)
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
            for step in plan.steps where context.wantsJSON { try context.print(json(plan, step, models)) }
        }
        if !context.wantsJSON, !plans.isEmpty {
            try context.console.write(table(plans, models).text(context.console.output))
        }
        return isRefused ? .no : .success
    }

    private static func json(_ plan: Plan, _ step: Step, _ models: ModelsConfiguration) -> JSONValue {
        [
            "plan": .string(plan.name), "step": .string(step.name), "role": .string(step.role.rawValue),
            "template_tokens": .number(step.templateTokens), "output_tokens_max": .number(step.outputTokensMax),
            "cost_usd_max": step.costMax(models).map { .number($0.dollars) } ?? .null,
        ]
    }

    private static func table(_ plans: [Plan], _ models: ModelsConfiguration) -> Table {
        var table = Table([
            Table.Column("plan"), Table.Column("step"), Table.Column("role"), Table.Column("template", .right),
            Table.Column("output at most", .right), Table.Column("cost at most", .right),
        ])
        for plan in plans {
            for step in plan.steps {
                table.append([
                    plan.name, step.name, step.role.rawValue, Format.count(step.templateTokens),
                    Format.count(step.outputTokensMax), step.costMax(models).map(Format.dollars) ?? "unknown",
                ])
            }
        }
        return table
    }
}
