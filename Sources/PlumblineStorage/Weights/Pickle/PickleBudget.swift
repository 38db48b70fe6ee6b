/// What a pickle has taken of the memory that it may take.
struct PickleBudget {
    /// Containers, their entries, names and memo entries together.
    ///
    /// No checkpoint has as many.
    static let mostEntries = 1_500_000
    /// Values on the stack.
    static let mostWaiting = 1_000_000
    static let mostInstructions = 10_000_000
    /// Bytes of all texts together.
    static let mostText = 32 << 20
    /// Bytes of a text.
    ///
    /// A longer one is no name and is passed over.
    static let longestText = 65_536
    /// Tuples within tuples.
    ///
    /// No checkpoint has as many.
    static let deepest = 100
    /// PyTorch has no tensor with more dimensions.
    static let mostDimensions = 64

    private var entries = 0
    private var textBytes = 0

    mutating func addEntries(_ count: Int) throws {
        entries += count
        guard entries <= Self.mostEntries else {
            throw PickleFault("holds more than \(Self.mostEntries) entries: refused")
        }
    }

    mutating func addText(_ bytes: Int) throws {
        textBytes += bytes
        guard textBytes <= Self.mostText else {
            throw PickleFault("holds texts of more than \(Self.mostText) bytes: refused")
        }
    }
}
