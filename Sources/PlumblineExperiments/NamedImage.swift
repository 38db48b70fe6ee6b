import PlumblineData

/// An image and its name in files of maps.
public struct NamedImage: Sendable {
    public var name: String
    public var file: String

    public init(name: String, file: String) {
        self.name = name
        self.file = file
    }

    /// The image at `path`.
    ///
    /// If `path` is a folder: its JPEG and PNG images, in the order of their paths, subfolders
    /// included.
    ///
    /// - Throws: ``DatasetError`` if there is none.
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
}
