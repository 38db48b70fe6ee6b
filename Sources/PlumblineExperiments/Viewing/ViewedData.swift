import PlumblineData
import PlumblineReports

/// The evaluation images of a configuration, for the page of a viewer.
public struct ViewedData {
    private let dataset: ImageDataset
    private let numbers: [String: Int]

    /// - Throws: an error if a file cannot be read, or if no image has the target class.
    public init(_ configuration: Configuration) throws {
        _ = try configuration.validated()
        let data = try ExperimentData(configuration, needsStart: false, needsAlignment: false)
        dataset = data.evaluate
        numbers = Dictionary(
            dataset.items.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    public var count: Int { dataset.count }

    /// The classes that each image is labelled with, by its name.
    ///
    /// Of several classes, the names are joined by commas.
    public var labels: [String: String] {
        numbers.compactMapValues { number in
            let item = dataset.items[number]
            let names = dataset.classes.indices.filter { item.isPositive($0) }.map {
                dataset.classes[$0]
            }
            return names.isEmpty ? nil : names.joined(separator: ", ")
        }
    }

    /// The part of an image that the model sees, with its masks and parts.
    ///
    /// - Returns: `nil` for a name that the data do not have.
    /// - Throws: ``DatasetError`` where the image or a mask cannot be read.
    public func picture(_ name: String) throws -> Viewer.Picture? {
        guard let number = numbers[name] else { return nil }
        let image = dataset.visible(try dataset.image(number))
        var outlines: [Viewer.Outline] = []
        if let index = dataset.maskClass(number) {
            let className = dataset.classes[index]
            if let mask = try dataset.mask(number, of: index) {
                let regions = dataset.items[number].annotations.filter {
                    $0.className == className && $0.part == nil
                }
                let isBox = regions.allSatisfy { $0.region.kind == .box }
                outlines.append(
                    Viewer.Outline(isBox ? .box : .mask, name: className, mask: mask))
            }
            outlines += try dataset.parts(number, of: index).map {
                Viewer.Outline(.part, name: $0.name, mask: $0.mask)
            }
        }
        return Viewer.Picture(image: image, outlines: outlines)
    }
}
