import Foundation
import PlumblineData
import PlumblineStorage
import PlumblineTensors

/// Heat maps that another program made, read one at a time.
///
/// They come from an array of all maps (`.npy`, `.npz`, HDF5), from a file with one array per image
/// (`.npz`, HDF5; `plumbline explain` writes such files), or from a folder of `.npy` files.
public struct MapFiles {
    /// The names of the images, in the order of the file; those of a folder are sorted.
    public let names: [String]
    /// Whether the names are only numbers, because the file has none.
    public let isNumbered: Bool
    private let read: (Int) throws -> Tensor

    /// - Parameters:
    ///   - path: a file or a folder.
    ///   - key: the array in a file of several, or the group of arrays; `nil` where there is one.
    ///   - names: a text file with the names of the images of one array, one per line.
    /// - Throws: ``StorageError`` for a file that cannot be read, ``ConfigurationError`` for shapes
    ///   that are no maps.
    public init(
        _ path: String, layout: MapLayout = .auto, key: String? = nil, names: String? = nil
    ) throws {
        let isFolder = FileIdentity(path)?.isFolder == true
        let found = isFolder ? try Self.folder(path) : try Self.arrays(of: path, key: key)
        switch found {
        case .stack(let array):
            guard (3...4).contains(array.shape.count) else {
                throw Self.noMaps(path, array, "[images, height, width] or with channels")
            }
            try Self.checkChannels(Array(array.shape.dropFirst()), layout, path)
            let count = array.shape[0]
            self.names =
                try names.map { try Self.names($0, count: count) } ?? (0..<count).map(String.init)
            isNumbered = names == nil
            read = { try Self.map(try array.entry($0), layout, path) }
        case .single(let entries):
            if let names {
                throw ConfigurationError(
                    "--names", names, "the maps of \(path) have names; leave it out")
            }
            guard !entries.isEmpty else { throw ConfigurationError("--maps", path, "has no map") }
            for (_, array) in entries where !(2...3).contains(array.shape.count) {
                throw Self.noMaps(path, array, "[height, width] or with channels")
            }
            self.names = entries.map(\.name)
            isNumbered = false
            read = { try Self.map(try entries[$0].array.whole(), layout, path) }
        }
        guard !self.names.isEmpty else { throw ConfigurationError("--maps", path, "has no map") }
    }

    /// One map, `[height, width, channels]`.
    ///
    /// - Throws: ``StorageError`` if it cannot be read.
    public func map(_ index: Int) throws -> Tensor { try read(index) }

    // MARK: Arrays

    private enum Found {
        /// All maps in one array.
        case stack(ArrayFile.Array)
        /// One array per image.
        case single([(name: String, array: ArrayFile.Array)])
    }

    private static func folder(_ path: String) throws -> Found {
        let files = try ImageFolder.files(below: path, extensions: ["npy"])
        return .single(
            try files.map { file in
                let name = PathText.withoutExtension(PathText.relative(file, to: path))
                guard let array = try ArrayFile(file).arrays.first else {
                    throw ConfigurationError("--maps", file, "has no array")
                }
                return (name, array)
            })
    }

    private static func arrays(of path: String, key: String?) throws -> Found {
        let arrays = try ArrayFile(path).arrays
        if let key {
            if let array = arrays.first(where: { $0.name == key }) { return .stack(array) }
            let members = arrays.filter { $0.name.hasPrefix(key + "/") }
            guard !members.isEmpty else {
                throw ConfigurationError("--key", key, "\(path) has \(list(arrays))")
            }
            return .single(members.map { (String($0.name.dropFirst(key.count + 1)), $0) })
        }
        if arrays.count == 1 { return .stack(arrays[0]) }
        // Files of `plumbline explain`.
        let explained = arrays.filter { $0.name.hasPrefix("explanations/") }
        if !explained.isEmpty { return try Self.arrays(of: path, key: "explanations") }
        if let maps = arrays.first(where: { $0.name == "maps" }) { return .stack(maps) }
        guard arrays.allSatisfy({ (2...3).contains($0.shape.count) }), !arrays.isEmpty else {
            throw ConfigurationError(
                "--maps", path, "has \(list(arrays)); name one, or a group, by --key")
        }
        return .single(arrays.map { ($0.name, $0) })
    }

    private static func list(_ arrays: [ArrayFile.Array]) -> String {
        let names = arrays.prefix(5).map(\.name).joined(separator: ", ")
        let more = arrays.count > 5 ? " and \(arrays.count - 5) more" : ""
        return arrays.isEmpty ? "no array of numbers" : "the arrays \(names)\(more)"
    }

    private static func names(_ path: String, count: Int) throws -> [String] {
        let text = String(decoding: try WholeFile.read(path), as: UTF8.self)
        let names = text.split(whereSeparator: \.isNewline).map(String.init)
        guard names.count == count, Set(names).count == count else {
            throw ConfigurationError(
                "--names", path,
                "has \(names.count) lines, \(Set(names).count) of them different, for \(count) maps"
            )
        }
        return names
    }

    // MARK: Shapes

    private static func noMaps(
        _ path: String, _ array: ArrayFile.Array, _ wanted: String
    ) -> ConfigurationError {
        let name = array.name.isEmpty ? "the array" : array.name
        return ConfigurationError(
            "--maps", path, "\(name) has the shape \(array.shape); \(wanted) is wanted")
    }

    private static func checkChannels(
        _ shape: [Int], _ layout: MapLayout, _ path: String
    ) throws {
        if shape.count == 3 { _ = try layout.hasChannelsFirst(shape, path) }
    }

    /// A map with its channels last.
    private static func map(
        _ values: Tensor, _ layout: MapLayout, _ path: String
    ) throws -> Tensor {
        guard values.shape.count == 3 else { return values.reshaped(values.shape + [1]) }
        return try layout.hasChannelsFirst(values.shape, path)
            ? values.transposed([1, 2, 0]) : values
    }
}
