/// What the formats of radiographs share: labels that a file of regions lists by image.
enum RadiographTable {
    /// The size of an image that a file of regions assumes; `nil`: the image's own.
    static let sizeOption = FormatOption(
        "size", "The side in pixels of the images that the boxes are for, if images were resized.")

    /// A number of a cell.
    ///
    /// - Throws: ``DatasetError`` that names the row and the column.
    static func number(_ text: String, _ column: String, _ place: String) throws -> Double {
        guard let number = Double(text.trimmedSpaces), number.isFinite else {
            throw DatasetError(place, "\(column): \(text) is no number")
        }
        return number
    }

    /// The whole numbers of a run-length code.
    ///
    /// - Throws: ``DatasetError`` for other text, and for an odd number of numbers.
    static func pairs(_ text: String, _ place: String) throws -> [(start: Int, length: Int)] {
        let numbers = try text.split(whereSeparator: \.isWhitespace).map { word in
            guard let number = Int(word) else {
                throw DatasetError(place, "\(word) is no number of a run-length code")
            }
            return number
        }
        guard numbers.count.isMultiple(of: 2) else {
            throw DatasetError(
                place, "a run-length code of \(numbers.count) numbers; pairs are wanted")
        }
        return stride(from: 0, to: numbers.count, by: 2).map { (numbers[$0], numbers[$0 + 1]) }
    }

    /// A box in pixels of the image.
    ///
    /// - Parameter side: of the images that the box is for; `nil`: the image's own.
    static func scaled(_ box: PixelBox, from side: Int?, to size: Example.Size) -> PixelBox {
        guard let side else { return box }
        return box.scaled(
            x: Double(size.width) / Double(side), y: Double(size.height) / Double(side))
    }
}
