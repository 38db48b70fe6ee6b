import Foundation

/// Which data of a sweep are not there.
enum SweepData {
    /// The files and folders that cells name and that do not exist, with the key, in order.
    static func missing(_ cells: [SweepCell]) -> [(key: String, path: String)] {
        var known: Set<String> = []
        return cells.flatMap { inputs($0) }.filter { key, path in
            known.insert("\(key) \(path)").inserted
                && !FileManager.default.fileExists(atPath: path)
        }
    }

    /// The files and folders that a cell names, with the key, in order.
    private static func inputs(_ cell: SweepCell) -> [(key: String, path: String)] {
        inputKeys.compactMap { key in
            let path = key.write(cell.configuration)
                .trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
            return path.isEmpty ? nil : (key.name, path)
        }
    }

    private static var inputKeys: [ConfigurationKey] {
        ConfigurationKeys.all.filter { key in
            let isData =
                key.name.hasPrefix("data.")
                && [".labels", ".images", ".masks"].contains { key.name.hasSuffix($0) }
            return isData || ["model.weights", "explanation.composite"].contains(key.name)
        }
    }

    /// The digests of the files that a cell names, by key; folders are left out.
    ///
    /// - Throws: ``StorageError`` if one cannot be read; ``Interrupted``.
    static func digests(_ cell: SweepCell, _ digests: FileDigests) throws -> [String: String] {
        let files = inputs(cell).filter { _, path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
        let values = try digests.digests(ofFiles: files.map(\.path), title: "input files")
        return Dictionary(uniqueKeysWithValues: zip(files.map(\.key), values))
    }

    /// What the numbers of images depend on: cells that agree in it are counted once.
    static func countKey(_ cell: SweepCell) -> String {
        let settings = ConfigurationKeys.all.filter {
            $0.name.hasPrefix("data.") || ["model.output", "seed"].contains($0.name)
        }
        return SweepKeys.hash(settings.map { $0.write(cell.configuration) })
    }
}

/// How many images the parts of a cell take.
struct SweepCounts {
    var start: Int
    var align: Int
    var evaluate: Int
}
