/// Whose labels a training image had: a row of `/permuted_labels`.
public struct PermutedLabel: Sendable, Equatable {
    public var image: String
    /// The image that the labels belong to.
    public var labelsOf: String

    public init(image: String, labelsOf: String) {
        self.image = image
        self.labelsOf = labelsOf
    }

    static func table(of rows: [PermutedLabel]) -> Table {
        var table = Table()
        table.add("image", .texts(rows.map(\.image)))
        table.add("labels_of", .texts(rows.map(\.labelsOf)))
        return table
    }
}
