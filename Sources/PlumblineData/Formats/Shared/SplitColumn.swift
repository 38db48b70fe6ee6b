/// The rows of a split, by a column of the labels: the options `split_column` and `split`.
///
/// With `split_column: fold` and `split: 3`, rows with 3 in the column `fold` are read.
struct SplitColumn {
    static let option = FormatOption(
        "split_column", "A column of the labels; split is then one of its values, and no file.")

    /// The index of the column.
    let column: Int
    private let value: String

    /// The column that a request names; `nil` where it names none.
    ///
    /// - Throws: ``DatasetError`` for a column that is not there, and without a value.
    init?(_ request: FormatRequest, _ header: CSVHeader) throws {
        guard let name = request.option(Self.option.name) else { return nil }
        guard let value = request.option(SplitList.option.name) else {
            throw request.optionError(
                Self.option.name, "options.split must be the value in \(name) of the rows to read")
        }
        column = try header.column(name)
        self.value = value
    }

    /// Whether a row is of the split; others are counted.
    func takes(_ cells: [String], _ place: String, _ omitted: inout OmissionCounter) -> Bool {
        if cells[column].trimmedSpaces == value { return true }
        omitted.add("rows of other splits than \(value) are left out", place)
        return false
    }
}
