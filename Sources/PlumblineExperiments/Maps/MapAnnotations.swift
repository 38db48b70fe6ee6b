import PlumblineData
import PlumblineEvaluation
import PlumblineStorage

/// What the images of ``MapFiles`` show where: from an array of masks, a folder, or a data set.
public struct MapAnnotations {
    /// Images of the maps for which there is nothing.
    public let missing: [String]
    /// Whether parts are annotated too.
    public let hasParts: Bool
    private let annotations: (Int) throws -> Annotations
    /// The class and the group of each image of a data set.
    private var origins: [(className: String?, group: String?)?] = []

    /// The annotations of the map of an index.
    func annotations(_ index: Int) throws -> Annotations { try annotations(index) }

    /// The class whose annotations the map of an index has; `nil` if it is not known.
    func className(_ index: Int) -> String? {
        origins.isEmpty ? nil : origins[index]?.className
    }

    /// The patient, or what else images belong together by; `nil` where it is not known.
    func group(_ index: Int) -> String? { origins.isEmpty ? nil : origins[index]?.group }

    /// Masks from a file with one array `[images, height, width]`, or from a folder of PNG, JPEG or
    /// `.npy` files that are called as the images.
    ///
    /// Every pixel that is not 0 belongs to the mask; above 127 of 255 in a JPEG.
    ///
    /// - Throws: ``ConfigurationError`` for an array of another length.
    public init(masks path: String, for maps: MapFiles) throws {
        hasParts = false
        guard FileIdentity(path)?.isFolder == true else {
            let array = try Self.array(path, count: maps.names.count)
            missing = []
            annotations = { index in
                Annotations(mask: { try Self.mask(array, index, path) })
            }
            return
        }
        let files = try ImageFolder.files(below: path, extensions: ["png", "jpg", "jpeg", "npy"])
        let byName = Dictionary(
            files.map { (PathText.withoutExtension(PathText.relative($0, to: path)), $0) },
            uniquingKeysWith: { first, _ in first })
        guard !maps.isNumbered || maps.names.contains(where: { byName[$0] != nil }) else {
            throw ConfigurationError(
                "--masks", path,
                "the maps have no names, so that no file of a folder belongs to one; give --names")
        }
        missing = maps.names.filter { byName[$0] == nil }
        guard missing.count < maps.names.count else {
            throw ConfigurationError(
                "--masks", path, "no file is called as an image, such as \(maps.names[0]).png")
        }
        annotations = { index in
            guard let file = byName[maps.names[index]] else { return Annotations() }
            return Annotations(mask: { try Self.mask(file) })
        }
    }

    /// The annotations of the evaluation images of a configuration.
    ///
    /// Images are found by their names; maps without names are the images in their order.
    ///
    /// - Throws: an error if the data cannot be read, ``ConfigurationError`` if they do not fit.
    public init(_ configuration: Configuration, for maps: MapFiles) throws {
        let sections = try DataSections(configuration, needsStart: false, needsAlignment: false)
        let dataset = try sections.evaluate.dataset(configuration.data, isTraining: false)
        let indices = try Self.indices(maps, dataset, configuration.file)
        missing = zip(maps.names, indices).filter { $1 == nil }.map(\.0)
        hasParts = dataset.items.contains { $0.annotations.contains { $0.part != nil } }
        origins = indices.map { index in
            index.map { item in
                let classIndex = dataset.maskClass(item)
                return (classIndex.map { dataset.classes[$0] }, dataset.items[item].group)
            }
        }
        annotations = { index in
            guard let item = indices[index], let classIndex = dataset.maskClass(item) else {
                return Annotations()
            }
            return Annotations(dataset, index: item, classIndex: classIndex)
        }
    }

    private static func indices(
        _ maps: MapFiles, _ dataset: ImageDataset, _ file: String
    ) throws -> [Int?] {
        guard !maps.isNumbered else {
            guard maps.names.count == dataset.count else {
                throw ConfigurationError(
                    "--data", file,
                    "\(dataset.count) images for \(maps.names.count) maps without names; "
                        + "give --names"
                )
            }
            return Array(0..<dataset.count)
        }
        let byName = Dictionary(
            dataset.items.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        let indices = maps.names.map { byName[$0] }
        guard indices.contains(where: { $0 != nil }) else {
            throw ConfigurationError(
                "--data", file,
                "no image is called as a map, such as \(maps.names[0]); an image here is "
                    + "\(dataset.items[0].id)")
        }
        return indices
    }

    // MARK: Masks

    private static func array(_ path: String, count: Int) throws -> ArrayFile.Array {
        let arrays = try ArrayFile(path).arrays
        guard
            let array = arrays.count == 1 ? arrays[0] : arrays.first(where: { $0.name == "masks" })
        else {
            throw ConfigurationError("--masks", path, "one array, or one called masks, is wanted")
        }
        guard array.shape.count == 3, array.shape[0] == count else {
            throw ConfigurationError(
                "--masks", path,
                "has the shape \(array.shape); [\(count), height, width] is wanted")
        }
        return array
    }

    private static func mask(_ array: ArrayFile.Array, _ index: Int, _ path: String) throws -> Mask?
    {
        mask(try array.flags(index), Array(array.shape.dropFirst()))
    }

    private static func mask(_ file: String) throws -> Mask? {
        guard PathText.fileExtension(file) == "npy" else {
            let mask = try Region(maskFile: file).mask()
            return mask.pixels.contains(true) ? mask : nil
        }
        guard let array = try ArrayFile(file).arrays.first, array.shape.count == 2 else {
            throw ConfigurationError("--masks", file, "an array [height, width] is wanted")
        }
        return mask(try ArrayFile.Array.flags(of: try array.whole(), file), array.shape)
    }

    /// - Returns: `nil` for a mask without a pixel.
    private static func mask(_ pixels: [Bool], _ shape: [Int]) -> Mask? {
        let mask = Mask(height: shape[0], width: shape[1], pixels: pixels)
        return mask.area > 0 ? mask : nil
    }
}
