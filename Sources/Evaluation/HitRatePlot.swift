import Glibc

/// Hit rate against error, a mark a policy, as SVG.
///
/// A mark stands at the wrong answers by label; the line to its right ends where every unknown one is counted as wrong.
package struct HitRatePlot {
    private let results: [PolicyResult]

    private static let width = 760.0
    private static let height = 460.0
    /// The field of the marks; the labels stand to its right.
    private static let left = 70.0
    private static let right = 560.0
    private static let top = 50.0
    private static let bottom = 400.0
    private static let labelDistance = 18.0

    package init(_ results: [PolicyResult]) {
        self.results = results.filter { $0.requests > 0 }
    }

    package func svg(title: String) -> String {
        let errors = results.map { error($0).high }
        let rates = results.map { $0.hitRate ?? 0 }
        let horizontal = Axis(highest: errors.max() ?? 0, from: HitRatePlot.left, to: HitRatePlot.right)
        let vertical = Axis(highest: rates.max() ?? 0, from: HitRatePlot.bottom, to: HitRatePlot.top)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(number(HitRatePlot.width)) "
                + "\(number(HitRatePlot.height))\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">",
            "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
            text(HitRatePlot.left, 26, title, "font-size=\"14\" font-weight=\"bold\""),
            text(
                (HitRatePlot.left + HitRatePlot.right) / 2, HitRatePlot.bottom + 42,
                "wrong answers per request; the line adds the unknown ones", "text-anchor=\"middle\""),
            "<g transform=\"rotate(-90)\">"
                + text(
                    -(HitRatePlot.top + HitRatePlot.bottom) / 2, 18, "hits per request", "text-anchor=\"middle\"")
                + "</g>",
        ]
        lines += grid(horizontal, vertical)
        lines += curves(horizontal, vertical)
        lines += marks(horizontal, vertical)
        lines += labels(horizontal, vertical)
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// Wrong answers per request, without and with the unknown ones.
    private func error(_ result: PolicyResult) -> (low: Double, high: Double) {
        let wrong = result.wrongPerRequest ?? 0
        return (wrong, wrong + (result.unknownPerRequest ?? 0))
    }

    private func grid(_ horizontal: Axis, _ vertical: Axis) -> [String] {
        let (left, right, top, bottom) = (HitRatePlot.left, HitRatePlot.right, HitRatePlot.top, HitRatePlot.bottom)
        return horizontal.ticks.flatMap { tick -> [String] in
            let x = horizontal.position(tick)
            return [
                line((x, top), (x, bottom), "stroke=\"#ddd\""),
                text(x, bottom + 18, percent(tick, horizontal.step), "text-anchor=\"middle\""),
            ]
        }
            + vertical.ticks.flatMap { tick -> [String] in
                let y = vertical.position(tick)
                return [
                    line((left, y), (right, y), "stroke=\"#ddd\""),
                    text(left - 8, y + 4, percent(tick, vertical.step), "text-anchor=\"end\""),
                ]
            }
    }

    /// Rules that differ in one number only are joined.
    private func curves(_ horizontal: Axis, _ vertical: Axis) -> [String] {
        Family.allCases.compactMap { family in
            guard family != .refrain else { return nil }
            let points = results.filter { Family(of: $0.policy) == family }.map { result in
                let (x, y) = (horizontal.position(error(result).low), vertical.position(result.hitRate ?? 0))
                return "\(number(x)),\(number(y))"
            }
            guard points.count > 1 else { return nil }
            return "<polyline points=\"\(points.joined(separator: " "))\" fill=\"none\" stroke=\"\(family.colour)\" "
                + "stroke-dasharray=\"3 3\"/>"
        }
    }

    private func marks(_ horizontal: Axis, _ vertical: Axis) -> [String] {
        results.flatMap { result -> [String] in
            let family = Family(of: result.policy)
            let (low, high) = error(result)
            let y = vertical.position(result.hitRate ?? 0)
            let (x, end) = (horizontal.position(low), horizontal.position(high))
            return [
                line((x, y), (end, y), "stroke=\"\(family.colour)\" stroke-width=\"1.5\""),
                "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"4\" fill=\"\(family.colour)\"/>",
            ]
        }
    }

    /// Names in a column, from top to bottom in the order of the marks, each joined to its mark.
    private func labels(_ horizontal: Axis, _ vertical: Axis) -> [String] {
        let sorted = results.sorted { ($1.hitRate ?? 0, $0.policy) < ($0.hitRate ?? 0, $1.policy) }
        let column = HitRatePlot.right + 40
        var lines: [String] = []
        var lowest = -Double.infinity
        for (index, result) in sorted.enumerated() {
            let family = Family(of: result.policy)
            let mark = vertical.position(result.hitRate ?? 0)
            // Room is left for those that still come.
            let last = HitRatePlot.bottom - Double(sorted.count - 1 - index) * HitRatePlot.labelDistance
            let y = max(min(mark, last), lowest + HitRatePlot.labelDistance)
            lowest = y
            let end = horizontal.position(error(result).high)
            lines.append(
                line((end, mark), (column - 4, y), "stroke=\"\(family.colour)\" stroke-width=\"0.5\""))
            lines.append(text(column, y + 4, result.policy, "fill=\"\(family.colour)\""))
        }
        return lines
    }

    private func line(_ start: (Double, Double), _ end: (Double, Double), _ style: String) -> String {
        "<line x1=\"\(number(start.0))\" y1=\"\(number(start.1))\" x2=\"\(number(end.0))\" y2=\"\(number(end.1))\" "
            + "\(style)/>"
    }

    private func text(_ x: Double, _ y: Double, _ content: String, _ style: String) -> String {
        "<text x=\"\(number(x))\" y=\"\(number(y))\" \(style)>\(HitRatePlot.escaped(content))</text>"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// A tick's share in percent, with the decimals that its distance to the next one needs.
    private func percent(_ share: Double, _ step: Double) -> String {
        let decimals = step < 0.001 ? 2 : step < 0.01 ? 1 : 0
        return HitRatePlot.fixed(share * 100, decimals) + " %"
    }

    /// A coordinate in tenths.
    private func number(_ value: Double) -> String { HitRatePlot.fixed(value, 1) }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale = pow(10, Double(decimals))
        let scaled = Int((value.magnitude * scale).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(scaled) }
        let digits = String(scaled % Int(scale))
        let padding = String(repeating: "0", count: decimals - digits.count)
        return "\(sign)\(scaled / Int(scale)).\(padding)\(digits)"
    }

    /// What a policy is a kind of, by its name.
    private enum Family: CaseIterable {
        case refrain, fixed, verified

        init(of policy: String) {
            self = policy.hasPrefix("static") ? .fixed : policy.hasPrefix("vcache") ? .verified : .refrain
        }

        var colour: String {
            switch self {
            case .refrain: "#0b6e4f"
            case .fixed: "#b3541e"
            case .verified: "#3d4f9f"
            }
        }
    }
}
