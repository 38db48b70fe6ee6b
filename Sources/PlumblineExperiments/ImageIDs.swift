import PlumblineData

/// The ids of chosen images, from a text file with one per line.
public struct ImageIDs: Sendable {
    public let path: String
    /// In the order of the file, each once.
    public let ids: [String]

    /// - Throws: ``ConfigurationError`` as ``NameFile/read(_:option:)``.
    public init(_ path: String) throws {
        self.path = path
        ids = try NameFile.read(path, option: "--ids")
    }

    /// The images of these ids, in the order of the data set.
    ///
    /// - Throws: ``ConfigurationError`` for an id that the data set does not have.
    func subset(of dataset: ImageDataset) throws -> ImageDataset {
        let chosen = Set(ids)
        let indices = dataset.items.indices.filter { chosen.contains(dataset.items[$0].id) }
        let found = Set(indices.map { dataset.items[$0].id })
        if let other = ids.first(where: { !found.contains($0) }) {
            throw ConfigurationError(
                "--ids", path, "\(other) is no evaluation image; one is \(dataset.items[0].id)")
        }
        return dataset.subset(indices)
    }
}
