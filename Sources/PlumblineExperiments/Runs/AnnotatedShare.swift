import Foundation
import PlumblineData
import PlumblineStorage
import PlumblineTensors

/// The images whose masks are used where `align.annotated_fraction` is below 1.
///
/// Every group of images, or every image without a group, has a random place in an order that
/// follows from the seed and its name alone. The first groups are taken, so a smaller share is
/// among every larger one.
struct AnnotatedShare {
    /// The images of the data set whose masks are used, in their order.
    let images: [Int]
    /// The number of images that have a mask.
    let available: Int

    /// - Parameters:
    ///   - dataset: of the stage.
    ///   - fraction: of the groups that have a mask of the target. At least one group is taken.
    ///   - seed: of the run.
    init(_ dataset: ImageDataset, fraction: Double, seed: Int) {
        let annotated = dataset.items.indices.filter { index in
            dataset.maskClass(index).map { classIndex in
                dataset.items[index].annotations.contains {
                    $0.className == dataset.classes[classIndex]
                }
            } ?? false
        }
        available = annotated.count
        let random = RandomGenerator(seed: UInt64(seed)).stream("annotated")
        func group(_ index: Int) -> String {
            dataset.items[index].group ?? "image \(dataset.items[index].id)"
        }
        let places = Dictionary(
            annotated.map { (group($0), random.stream(group($0)).state) },
            uniquingKeysWith: { first, _ in first })
        let order = places.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
        let count = max(1, Int((fraction * Double(order.count)).rounded()))
        let taken = Set(order.prefix(count))
        images = annotated.filter { taken.contains(group($0)) }
    }

    /// Writes the names of the images as CSV.
    ///
    /// - Throws: ``StorageError`` if the file cannot be written.
    func write(_ dataset: ImageDataset, to path: String) throws {
        let lines =
            ["image,group"]
            + images.map { CSVText.row([dataset.items[$0].id, dataset.items[$0].group ?? ""]) }
        try AtomicFile.write(path) {
            try $0.write(Data((lines.joined(separator: "\n") + "\n").utf8))
        }
    }
}
