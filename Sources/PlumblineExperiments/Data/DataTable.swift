/// A table for a reader: a header and rows of texts.
public struct DataTable: Sendable, Equatable {
    public let header: [String]
    public let rows: [[String]]
}
