import JSON5
import Support

/// Reads prices and gathers all that is wrong with them.
enum PriceReader {
    private static let names = ["input", "cached_input", "output", "as_of"]
    /// Far above any model's price: a larger figure is a price per token in the wrong unit.
    private static let dollarsMax = 1_000_000.0

    static func prices(_ members: [JSON5Member]) throws(Mismatches) -> [String: Price] {
        var prices: [String: Price] = [:]
        var problems: [Mismatch] = []
        var seen: Set<String> = []
        for member in members {
            if !seen.insert(member.name).inserted {
                problems.append(Mismatch(line: member.line, path: member.name, reason: "stands twice"))
            } else if let price = price(of: member, &problems) {
                prices[member.name] = price
            }
        }
        guard problems.isEmpty else { throw Mismatches(problems) }
        return prices
    }

    private static func price(of model: JSON5Member, _ problems: inout [Mismatch]) -> Price? {
        func report(_ line: Int, _ name: String?, _ reason: String) {
            let path = name.map { model.name + "." + $0 } ?? model.name
            problems.append(Mismatch(line: line, path: path, reason: reason))
        }
        guard case .object(let members) = model.node.value else {
            report(model.line, nil, "must be an object with input, output and as_of, not \(model.node.shown)")
            return nil
        }
        let countBefore = problems.count
        var amounts: [String: Money] = [:]
        var asOf: String?
        var seen: Set<String> = []
        for member in members {
            let isNew = seen.insert(member.name).inserted
            switch member.node.value {
            case _ where !names.contains(member.name):
                let near = closest(to: member.name, among: names).map { "; did you mean \($0)?" } ?? ""
                report(member.line, member.name, "unknown\(near)")
            case _ where !isNew: report(member.line, member.name, "stands twice")
            case .string(let date) where member.name == "as_of" && isDate(date): asOf = date
            case _ where member.name == "as_of":
                report(member.line, "as_of", "must be a date as in \"2026-11-24\", not \(member.node.shown)")
            case .number(let dollars, _) where (0...dollarsMax).contains(dollars):
                amounts[member.name] = Money(dollars: dollars)
            default:
                report(
                    member.line, member.name,
                    "must be a number from 0 to \(decimal(dollarsMax)), not \(member.node.shown)")
            }
        }
        for name in ["input", "output", "as_of"] where !seen.contains(name) {
            report(model.line, name, "is missing")
        }
        guard problems.count == countBefore, let input = amounts["input"], let output = amounts["output"], let asOf
        else { return nil }
        // A provider that does not cache charges the whole price.
        return Price(input: input, cachedInput: amounts["cached_input"] ?? input, output: output, asOf: asOf)
    }

    private static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let month = Int(parts[1]), let day = Int(parts[2])
        else { return false }
        return (1...12).contains(month) && (1...31).contains(day)
    }
}
