import PlumblineData

/// An image and its name in files of maps.
public struct NamedImage: Sendable {
    let example: Example

    public var name: String { example.id }
    /// `nil` where the image does not have a file of its own.
    public var file: String? { example.file }

    /// An image that is a JPEG or PNG file.
    public init(name: String, file: String) {
        example = Example(id: name, file: file, labels: [])
    }

    /// An image of a data set.
    init(_ example: Example) { self.example = example }

    /// The image that `path` is, or the JPEG and PNG images below the folder that it is.
    ///
    /// - Returns: the images in the order of their paths.
    /// - Throws: ``DatasetError`` where there is none.
    public static func images(_ path: String) throws -> [NamedImage] {
        guard let identity = FileIdentity(path) else {
            throw DatasetError(path, "no such file or folder")
        }
        let files = identity.isFolder ? try ImageFolder.images(below: path) : [path]
        guard !files.isEmpty else { throw DatasetError(path, "no JPEG or PNG image below it") }
        return zip(ImageKeys.unique(files), files).map { NamedImage(name: $0, file: $1) }
    }

    /// The evaluation images of a configuration, by their names in results.
    public static func images(configuration: Configuration) throws -> [NamedImage] {
        try ExperimentData.evaluationImages(configuration)
    }

    /// The image with its labels, or with labels that do not count if it has none.
    func labelledExample(classCount: Int) -> Example {
        example.labels.count == classCount ? example : self.example(classCount: classCount)
    }

    /// The image with labels that do not count.
    func example(classCount: Int) -> Example {
        var result = example
        result.labels = [Float](repeating: 0, count: classCount)
        result.weights = result.labels
        return result
    }
}
