// The ledger without the service around it.
//
//     bench-ledger FOLDER REQUESTS    a simulated week; exits 1 where a report is not as it has to be

import Foundation
import Ledger
import SimulatedWeek
import Store
import Support

@main
enum BenchLedger {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2, let requests = Int(arguments[1]), requests > 0 else {
            FileHandle.standardError.write(Data("usage: bench-ledger FOLDER REQUESTS\n".utf8))
            exit(2)
        }
        let week = SimulatedWeek(requests: requests)
        let store = try Store.open(directory: arguments[0], clock: week.clock, log: .none)
        let ledger = Ledger(store, clock: week.clock)
        let start = ContinuousClock.now
        let truth = try await week.run(ledger, seed: 7, batch: 10_000)
        let recorded = ContinuousClock.now
        let differences = try await week.differences(ledger, truth)
        let reported = ContinuousClock.now
        let bytes = try store.statistics().databaseBytes
        await store.close()
        for difference in differences.prefix(20) { print(difference) }
        let seconds = { (duration: Duration) in duration / .seconds(1) }
        print(
            """
            {"requests": \(requests), "calls": \(truth.total.calls), "differences": \(differences.count), \
            "dropped_rows": \(ledger.droppedRows), "database_bytes": \(bytes), \
            "record_seconds": \(seconds(recorded - start)), \
            "seconds_per_report": \(seconds(reported - recorded) / Double(SimulatedWeek.groupings.count))}
            """)
        exit(differences.isEmpty ? 0 : 1)
    }
}
