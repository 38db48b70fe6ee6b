import PlumblineData
import PlumblineReports

/// The images of a configuration, for the page of a viewer and for figures.
public struct ViewedData {
    /// The images of one section of `data`.
    private struct Part {
        let name: String
        let dataset: ImageDataset
    }

    private let parts: [Part]
    /// By the name of an image, its part and its number there.
    private let places: [String: (part: Int, number: Int)]
    /// The classes whose annotations are drawn, besides the target.
    private let shown: Set<String>
    /// Sections that cannot be read, and why; their images have no picture.
    public let problems: [String]

    /// Reads the evaluation images; where some names are not among them, the images of alignment
    /// and of the starting model too.
    ///
    /// An image that is in several sections belongs to the first of evaluation, alignment and
    /// start. All are drawn as evaluation shows them.
    ///
    /// - Parameters:
    ///   - names: of the images that are looked at.
    ///   - classes: that are explained.
    /// - Throws: an error if a file of the evaluation images cannot be read, or if no image has the
    ///   target class.
    public init(
        _ configuration: Configuration, names: Set<String>, classes: Set<String>
    ) throws {
        shown = classes
        _ = try configuration.validated()
        let data = try ExperimentData(configuration, needsStart: false, needsAlignment: false)
        var parts = [Part(name: "evaluate", dataset: data.evaluate)]
        var problems: [String] = []
        if !names.isSubset(of: data.evaluate.items.map(\.id)) {
            do {
                parts += try Self.trainingParts(configuration)
            } catch let error where error is DatasetError || error is ConfigurationError {
                problems.append("training images are not shown: \(error)")
            }
        }
        self.parts = parts
        self.problems = problems
        var places: [String: (part: Int, number: Int)] = [:]
        for (part, content) in parts.enumerated() {
            for (number, item) in content.dataset.items.enumerated() where places[item.id] == nil {
                places[item.id] = (part, number)
            }
        }
        self.places = places
    }

    private static func trainingParts(_ configuration: Configuration) throws -> [Part] {
        let settings = configuration.data
        let sections = try DataSections(
            configuration, needsStart: settings.start.isGiven,
            needsAlignment: settings.align.isGiven, readsAllMasks: true, isQuiet: true)
        return try [("align", sections.align), ("start", sections.start)].compactMap {
            name, images in
            try images.map {
                Part(name: name, dataset: try $0.dataset(settings, isTraining: false))
            }
        }
    }

    public var count: Int { places.count }

    /// The classes that each image is labelled with, by its name.
    ///
    /// Of several classes, the names are joined by commas.
    public var labels: [String: String] {
        places.compactMapValues { place in
            let dataset = parts[place.part].dataset
            let item = dataset.items[place.number]
            let names = dataset.classes.indices.filter { item.isPositive($0) }.map {
                dataset.classes[$0]
            }
            return names.isEmpty ? nil : names.joined(separator: ", ")
        }
    }

    /// The section of `data` that each image is in, by its name: `evaluate`, `align` or `start`.
    public var splits: [String: String] { places.mapValues { parts[$0.part].name } }

    /// The part of an image that the model sees, with its masks and parts: of the target, and of
    /// the other classes that are explained.
    ///
    /// - Returns: `nil` for a name that the data do not have.
    /// - Throws: ``DatasetError`` where the image or a mask cannot be read.
    public func picture(_ name: String) throws -> Viewer.Picture? {
        guard let place = places[name] else { return nil }
        let (dataset, number) = (parts[place.part].dataset, place.number)
        let own = dataset.maskClass(number)
        let indices = dataset.classes.indices.filter {
            $0 == own || shown.contains(dataset.classes[$0])
        }
        return Viewer.Picture(
            image: dataset.visible(try dataset.image(number)),
            outlines: try indices.flatMap { try Self.outlines(dataset, number, of: $0) },
            ownClass: own.map { dataset.classes[$0] })
    }

    private static func outlines(
        _ dataset: ImageDataset, _ number: Int, of index: Int
    ) throws -> [Viewer.Outline] {
        let className = dataset.classes[index]
        let parts = try dataset.parts(number, of: index).map {
            Viewer.Outline(.part, name: $0.name, of: className, mask: $0.mask)
        }
        guard let mask = try dataset.mask(number, of: index) else { return parts }
        let regions = dataset.items[number].annotations.filter {
            $0.className == className && $0.part == nil
        }
        let kind: Viewer.Outline.Kind =
            regions.allSatisfy { $0.region.kind == .box } ? .box : .mask
        return [Viewer.Outline(kind, name: className, of: className, mask: mask)] + parts
    }
}
