/// A data format of this package.
protocol BuiltInFormat: Sendable {
    static var description: FormatDescription { get }

    /// Reads a data set.
    ///
    /// - Throws: ``DatasetError`` for what is wrong with a file or an option.
    static func read(_ request: FormatRequest) throws -> FormattedImages
}
