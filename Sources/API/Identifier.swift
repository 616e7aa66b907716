/// Identifiers as the API makes them.
enum Identifier {
    private static let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)

    /// 30 letters and digits, from the system's generator: a call of it takes longer than all else here, and brings ten.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        for _ in 0..<3 {
            // 62 to the tenth is a twentieth of 2 to the 64th: all characters are as likely as makes no difference.
            var number: UInt64 = generator.next()
            for _ in 0..<10 {
                bytes.append(characters[Int(number % 62)])
                number /= 62
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
