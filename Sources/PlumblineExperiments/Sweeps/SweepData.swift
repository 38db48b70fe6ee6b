import Foundation

/// Which data of a sweep are not there.
enum SweepData {
    /// The files and folders that cells name and that do not exist, with the key, in order.
    static func missing(_ cells: [SweepCell]) -> [(key: String, path: String)] {
        var known: Set<String> = []
        var missing: [(key: String, path: String)] = []
        let keys = ConfigurationKeys.all.filter { key in
            let isData =
                key.name.hasPrefix("data.")
                && [".labels", ".images", ".masks"].contains { key.name.hasSuffix($0) }
            return isData || ["model.weights", "explanation.composite"].contains(key.name)
        }
        for cell in cells {
            for key in keys {
                let path = key.write(cell.configuration)
                    .trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
                guard !path.isEmpty, known.insert("\(key.name) \(path)").inserted,
                    !FileManager.default.fileExists(atPath: path)
                else { continue }
                missing.append((key.name, path))
            }
        }
        return missing
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
