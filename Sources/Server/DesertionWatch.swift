import Glibc
import Support

/// Looks on a timer for clients that left while their connection was suspended, and cancels the work for them.
enum DesertionWatch {
    /// How long an answer is worked on for nobody: short beside a model's call, long beside the look itself.
    private static let intervalMilliseconds = 300

    /// Runs until the table is stopped.
    static func start(for connections: ConnectionTable) {
        BackgroundThread.startRequired {
            while !connections.isStopped {
                usleep(UInt32(intervalMilliseconds * 1_000))
                for exchange in connections.desertedExchanges() { exchange.desert() }
            }
        }
    }
}
