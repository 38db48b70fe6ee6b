import PlumblineTensors

/// The maps of a results file, read one by one, because all of them may not fit into memory.
public struct ResultsMaps {
    private let file: HDF5File
    private let names: Set<String>

    /// - Throws: ``StorageError`` for a file that cannot be read.
    public init(_ path: String) throws {
        file = try HDF5File.open(path)
        names = Set(try file.datasets(in: "explanations"))
    }

    /// The number of maps of all runs.
    public var count: Int { names.count }

    /// The relevance `[height, width, channels]`; `nil` where the file keeps none.
    ///
    /// - Throws: ``StorageError`` for a map that cannot be read.
    public func relevance(run: String, image: String) throws -> Tensor? {
        let name = "\(run)/\(image)"
        return names.contains(name) ? try file.tensor("explanations/\(name)") : nil
    }
}
