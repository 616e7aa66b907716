import Glibc
import Synchronization

/// Identifiers as the API makes them.
enum Identifier {
    private static let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    private static let generator = Mutex(BufferedRandom())

    /// A prefix and 30 letters and digits that nobody can guess.
    static func random(after prefix: String) -> String {
        let numbers = generator.withLock { generator in (generator.next(), generator.next(), generator.next()) }
        return unsafe String(unsafeUninitializedCapacity: prefix.utf8.count + 30) { bytes in
            var index = unsafe bytes.initialize(fromContentsOf: prefix.utf8)
            for number in [numbers.0, numbers.1, numbers.2] {
                // A number is a fraction of 2 to the 64th, whose digits to the base of 62 come one after the other. Of ten
                // all are as likely as makes no difference: 62 to the tenth is a twentieth of 2 to the 64th.
                var rest = number
                for _ in 0..<10 {
                    let product = rest.multipliedFullWidth(by: 62)
                    unsafe bytes[index] = characters[Int(product.high)]
                    rest = product.low
                    index += 1
                }
            }
            return index
        }
    }
}

/// The system's random numbers, fetched many at a time: a call of the system takes longer than all else here.
private struct BufferedRandom {
    private var numbers: [UInt64] = []

    mutating func next() -> UInt64 {
        if numbers.isEmpty {
            // As many as the system gives at once (getentropy(3)).
            numbers = [UInt64](repeating: 0, count: 32)
            let result = unsafe numbers.withUnsafeMutableBytes { unsafe getentropy($0.baseAddress, $0.count) }
            precondition(result == 0, "the system has no random numbers")
        }
        return numbers.removeLast()
    }
}
