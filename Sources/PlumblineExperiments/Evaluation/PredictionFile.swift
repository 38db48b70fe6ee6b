import Foundation
import PlumblineData
import PlumblineStorage

/// Writes predictions as CSV: `image,label,top1,p1,top2,p2,...`, one row per image.
///
/// There are five pairs of columns, or fewer if the model has fewer classes. Several labels of one
/// image are joined by semicolons; an image without known labels has none.
///
/// - Throws: an error if no image at all could be read. Then the file is not written.
public func writePredictions(
    _ predicting: Predicting, _ images: [NamedImage], to path: String
) throws -> Predicting.Outcome {
    let count = min(5, predicting.classes.count)
    return try AtomicFile.write(path) { file in
        func write(_ fields: [String]) throws {
            try file.write(Data((CSVText.row(fields) + "\n").utf8))
        }
        try write(["image", "label"] + (1...count).flatMap { ["top\($0)", "p\($0)"] })
        let outcome = try predicting.predict(images, count: count) { prediction in
            try write(
                [prediction.image, prediction.labels.joined(separator: ";")]
                    + prediction.top.flatMap { [$0.className, "\($0.probability)"] })
        }
        if outcome.predicted == 0, let failure = outcome.failures.first {
            guard outcome.failures.count > 1 else { throw failure }
            throw DatasetError(
                path, "not written: none of \(images.count) images can be read; \(failure)")
        }
        return outcome
    }
}
