/// What is wrong with an image, a label file or an annotation: which file, and what would be right.
public struct DatasetError: Error, CustomStringConvertible {
    public let description: String

    public init(_ file: String, _ problem: String) { description = "\(file): \(problem)" }
}
