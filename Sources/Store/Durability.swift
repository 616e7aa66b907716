/// What an acknowledged write survives.
package enum Durability: String, Sendable, CaseIterable {
    /// The end of the process, however sudden; a power cut may lose the last moments.
    case normal
    /// A power cut as well: every commit waits for the disk.
    case full
}
