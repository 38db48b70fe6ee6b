/// What a score measures.
///
/// It is stored with the scores.
public struct Quantity: Sendable, Equatable {
    /// Its name in files and configurations: `mass_accuracy`.
    public var name: String
    /// Its name in tables: `mass accuracy`.
    public var title: String { givenTitle ?? name.replacing("_", with: " ") }
    private let givenTitle: String?
    public var direction: Direction
    /// Empty for a share or another number without a unit.
    public var unit: String
    /// One sentence or formula, with the source.
    public var definition: String

    public init(
        _ name: String, title: String? = nil, direction: Direction, unit: String = "",
        definition: String
    ) {
        self.name = name
        givenTitle = title
        self.direction = direction
        self.unit = unit
        self.definition = definition
    }
}
