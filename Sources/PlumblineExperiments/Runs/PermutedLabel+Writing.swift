import Foundation
import PlumblineData
import PlumblineStorage

extension PermutedLabel {
    /// Writes the permutation of a training set as CSV: `image,labels_of`.
    ///
    /// - Throws: ``StorageError`` if the file cannot be written.
    static func write(_ rows: [PermutedLabel], to path: String) throws {
        let lines =
            ["image,labels_of"] + rows.map { CSVText.row([$0.image, $0.labelsOf]) }
        try AtomicFile.write(path) {
            try $0.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        }
    }
}
