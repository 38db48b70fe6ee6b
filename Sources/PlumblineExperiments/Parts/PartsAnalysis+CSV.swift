import Foundation
import PlumblineData
import PlumblineStorage

extension PartsAnalysis {
    /// Writes one row per image, theta and part of its class.
    ///
    /// The columns are `image,class,theta,part`, the six quantities, and the reason why there are
    /// none: `absent` for a part that the image does not show.
    ///
    /// - Throws: ``StorageError`` if the file cannot be written.
    public func writeCSV(_ path: String) throws {
        let quantities = PartsImage.Scores.quantities.map(\.0)
        let header = ["image", "class", "theta", "part"] + quantities + ["reason"]
        let partNames = Dictionary(
            file.classes.map { ($0.name, $0.parts.map(\.part)) }, uniquingKeysWith: { a, _ in a })
        try AtomicFile.write(path) { output in
            try output.write(Data((CSVText.row(header) + "\n").utf8))
            for image in images {
                var rows = ""
                for scores in image.scores {
                    for name in partNames[image.className] ?? [] {
                        let part = scores.parts.first { $0.name == name }
                        let values = quantities.map { quantity in
                            part?.values[quantity].map { "\($0)" } ?? ""
                        }
                        let reason = part == nil ? "absent" : part?.reason ?? ""
                        rows +=
                            CSVText.row(
                                [image.image, image.className, "\(scores.theta)", name] + values
                                    + [reason]) + "\n"
                    }
                }
                try output.write(Data(rows.utf8))
            }
        }
    }
}
