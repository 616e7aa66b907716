package import Ledger
package import Store
import Support

/// What came of an experiment so far.
package struct ExperimentReport: Sendable {
    /// All intervals of one experiment hold together, at all times, with this probability at least.
    package static let confidence = 0.95

    package struct Arm: Sendable {
        package enum Standing: String, Sendable, CaseIterable {
            /// Its quality is surely at the floor or above.
            case acceptable
            /// Its quality is surely below the floor.
            case below
            case open
        }

        package let name: String
        /// Of the traffic, as configured.
        package let share: Double
        /// What was counted of its requests, their calls and ratings.
        package let row: ReportRow
        /// One observation for each subject: the mean of what was said of its requests.
        package let quality: ConfidenceSequence
        package let standing: Standing
        /// Further subjects with a rating until the lower bound is at the floor, should the mean stay; nil where it is
        /// not above the floor.
        package let ratingsNeeded: Int?

        /// Nanodollars; nil of no request, or where calls are among them of which it is not known what they cost.
        package var costPerRequest: Double? {
            guard row.requests.requests > 0, row.calls.costUnknown == 0 else { return nil }
            return Double(row.calls.cost) / Double(row.requests.requests)
        }
    }

    package let experiment: Experiment
    package let arms: [Arm]
    /// Requests that took no part.
    package let requestsOutside: Int64

    package init(_ experiment: Experiment, _ extract: LedgerExtract) {
        self.experiment = experiment
        let report = Report(extract, by: .variant, hours: 0..<1)
        let rows = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.group, $0) })
        let observed = Dictionary(grouping: extract.ratings, by: \.variant)
        let error = (1 - Self.confidence) / Double(experiment.arms.count)
        arms = experiment.arms.map { name in
            let id = experiment.id(of: name)
            return Self.arm(experiment, name, rows[id] ?? ReportRow(id), observed[id] ?? [], error)
        }
        requestsOutside = report.total.requests.requests - arms.reduce(0) { $0 + $1.row.requests.requests }
    }

    private static func arm(
        _ experiment: Experiment, _ name: String, _ row: ReportRow, _ ratings: [Rating], _ error: Double
    ) -> Arm {
        // What one session says ten times is one observation: its answers are not independent of each other.
        var subjects: [String: (count: Int, sum: Double)] = [:]
        for rating in ratings {
            guard let value = experiment.quality.value(of: rating),
                let subject = experiment.subject(tenant: rating.tenant, labels: rating.labels)
            else { continue }
            let (count, sum) = subjects[subject] ?? (0, 0)
            subjects[subject] = (count + 1, sum + value)
        }
        let sum = subjects.values.reduce(0) { $0 + $1.sum / Double($1.count) }
        let quality = ConfidenceSequence(
            count: subjects.count, sum: min(sum, Double(subjects.count)), error: error)
        let floor = experiment.qualityFloor
        return Arm(
            name: name, share: experiment.share(of: name), row: row, quality: quality,
            standing: quality.lower >= floor ? .acceptable : quality.upper < floor ? .below : .open,
            ratingsNeeded: quality.countToReach(floor, max: Limits.experimentRatingsMax).map { $0 - subjects.count })
    }

    /// The cheapest arm whose quality is acceptable; nil while there is none.
    package var cheapest: Arm? {
        arms.filter { $0.standing == .acceptable && $0.costPerRequest != nil }.min {
            $0.costPerRequest! < $1.costPerRequest!
        }
    }
}

extension Experiment.Quality {
    /// What a rating says, from 0 to 1; nil: nothing of this kind.
    func value(of rating: Rating) -> Double? {
        switch self {
        case .verdict: rating.isGood.map { $0 ? 1 : 0 }
        case .succeeded: rating.hasSucceeded.map { $0 ? 1 : 0 }
        case .score: rating.score.map { Double($0 - 1) / 4 }
        }
    }
}
