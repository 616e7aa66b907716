/// Identifiers as the API makes them.
enum Identifier {
    private static let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

    /// 29 letters and digits, from the system's generator.
    static func random() -> String {
        String((0..<29).map { _ in characters.randomElement()! })
    }
}
