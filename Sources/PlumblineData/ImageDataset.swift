import PlumblineTensors

/// The images of an ``ImageSource`` at the model's size, with the masks of one class.
public final class ImageDataset: Sendable {
    public let items: [Example]
    public let classes: [String]
    public let preprocessing: Preprocessing
    /// Random changes of the images that are given with a generator: in training.
    public let augmentation: Augmentation
    /// The class whose masks are needed; `nil`: none.
    public let target: TargetClass?
    /// More classes whose masks are needed in training, by index.
    public let furtherClasses: [Int]
    /// Whether a mask without a pixel at the model's size counts as none.
    ///
    /// Nothing can be aligned with such a mask.
    private let dropsEmptyMasks: Bool
    private let cache: ImageCache?
    private let resizers = ResizerCache()

    /// Reads every example of `source`; no image is decoded.
    ///
    /// - Parameters:
    ///   - augmentation: random changes in training; by default none.
    ///   - target: the class whose masks are needed, or `label` or `predicted`
    ///     (``TargetClass/init(_:in:)``); `nil`: no masks.
    ///   - dropsEmptyMasks: `true` for training. Evaluation judges masks at their own size.
    ///   - keepsImages: whether images and masks at the model's size stay in memory while they fit,
    ///     so that each is read once and not in every epoch.
    /// - Throws: ``DatasetError`` for an example that cannot be read or has another number of
    ///   labels than there are classes, for a target that is not one of the classes, and for
    ///   preprocessing that is not possible.
    public convenience init(
        _ source: any ImageSource, preprocessing: Preprocessing,
        augmentation: Augmentation = Augmentation(), target: String? = nil,
        furtherTargets: [String] = [], dropsEmptyMasks: Bool = false, keepsImages: Bool = true
    ) throws {
        let classes = source.classes
        let targetClass = try target.map { name in
            guard let target = TargetClass(name, in: classes) else {
                throw DatasetError(
                    name, "no such class; there are \(classes.joined(separator: ", "))")
            }
            return target
        }
        let furtherClasses = try furtherTargets.map { name in
            guard let index = classes.firstIndex(of: name) else {
                throw DatasetError(
                    name, "no such class; there are \(classes.joined(separator: ", "))")
            }
            return index
        }
        if let (key, problem) = preprocessing.contradiction {
            throw DatasetError("preprocessing", "\(key) \(problem)")
        }
        let items = try (0..<source.count).map { index in
            let example = try source.example(index)
            try example.requireLabels(count: classes.count)
            return example
        }
        self.init(
            items, classes, preprocessing, augmentation, targetClass, furtherClasses,
            dropsEmptyMasks: dropsEmptyMasks,
            keepsImages: keepsImages)
    }

    private init(
        _ items: [Example], _ classes: [String], _ preprocessing: Preprocessing,
        _ augmentation: Augmentation, _ target: TargetClass?, _ furtherClasses: [Int],
        dropsEmptyMasks: Bool, keepsImages: Bool
    ) {
        self.items = items
        self.classes = classes
        self.preprocessing = preprocessing
        self.augmentation = augmentation
        self.target = target
        self.furtherClasses = furtherClasses
        self.dropsEmptyMasks = dropsEmptyMasks
        cache = keepsImages ? ImageCache() : nil
    }

    public var count: Int { items.count }

    /// Some of the images, with their masks.
    public func subset(_ indices: [Int]) -> ImageDataset {
        ImageDataset(
            indices.map { items[$0] }, classes, preprocessing, augmentation, target, furtherClasses,
            dropsEmptyMasks: dropsEmptyMasks, keepsImages: cache != nil)
    }

    /// The same images with other labels.
    ///
    /// - Parameter labels: the labels and their weights, one of each per class, of each image.
    package func relabelled(_ labels: [(labels: [Float], weights: [Float])]) -> ImageDataset {
        precondition(labels.count == count, "\(labels.count) labels for \(count) images")
        return ImageDataset(
            zip(items, labels).map { $0.relabelled($1.labels, weights: $1.weights) }, classes,
            preprocessing, augmentation, target, furtherClasses, dropsEmptyMasks: dropsEmptyMasks,
            keepsImages: cache != nil)
    }

    /// The same images, of which some alone keep their annotations.
    package func keepingAnnotations(of indices: Set<Int>) -> ImageDataset {
        let items = items.enumerated().map { index, item in
            var item = item
            if !indices.contains(index) { item.annotations = [] }
            return item
        }
        return ImageDataset(
            items, classes, preprocessing, augmentation, target, furtherClasses,
            dropsEmptyMasks: dropsEmptyMasks,
            keepsImages: cache != nil)
    }

    /// The class whose mask an image has: the target, or the image's label where the target is the
    /// label or the prediction.
    public func maskClass(_ index: Int) -> Int? {
        guard let target else { return nil }
        return items[index].index(of: target) ?? items[index].index(of: .label)
    }

    /// Which part of an image the model sees.
    ///
    /// - Throws: ``DatasetError`` where the image's size cannot be read.
    public func geometry(_ index: Int) throws -> ImageGeometry {
        preprocessing.geometry(of: try items[index].size())
    }

    /// The mask of the target at the image's own resolution, cut to the pixels that the model sees
    /// (``ImageGeometry/visible``).
    ///
    /// `nil` where it has no pixel there. ``maskIsOutsideCrop(_:)`` says whether it has some
    /// elsewhere.
    public func mask(_ index: Int) throws -> Mask? {
        try maskClass(index).flatMap { try mask(index, of: $0) }
    }

    /// The mask of a class, as ``mask(_:)``.
    public func mask(_ index: Int, of classIndex: Int) throws -> Mask? {
        try items[index].mask(of: classes[classIndex]).flatMap(visible)
    }

    /// The boxes around the annotated objects of a class, as ``mask(_:)``.
    public func boxes(_ index: Int, of classIndex: Int) throws -> Mask? {
        try items[index].boxes(of: classes[classIndex]).flatMap(visible)
    }

    /// The parts of a class that have a pixel where the model sees it, by name.
    ///
    /// Their pixels are at the image's own resolution, cut as those of ``mask(_:)``.
    public func parts(
        _ index: Int, of classIndex: Int
    ) throws -> [(name: String, mask: Mask)] {
        let className = classes[classIndex]
        let example = items[index]
        let names = Set(
            example.annotations.filter { $0.className == className }.compactMap(\.part))
        return try names.sorted().compactMap { name in
            try example.mask(of: className, part: name).flatMap(visible).map { (name, $0) }
        }
    }

    /// The pixels of other annotated classes that are not pixels of this one, as ``mask(_:)``.
    public func otherClasses(_ index: Int, than classIndex: Int) throws -> Mask? {
        let example = items[index]
        let names = Set(example.annotations.map(\.className)).subtracting([classes[classIndex]])
        var union: Mask?
        for name in names.sorted() {
            guard let mask = try example.mask(of: name) else { continue }
            if union == nil { union = mask } else { union?.formUnion(mask) }
        }
        guard var others = union else { return nil }
        if let own = try example.mask(of: classes[classIndex]) { others.subtract(own) }
        return others.pixels.contains(true) ? visible(others) : nil
    }

    /// The part of a mask that the model sees; `nil` where that has no pixel.
    private func visible(_ mask: Mask) -> Mask? {
        let geometry = geometry(of: mask)
        guard !geometry.showsAll else { return mask }
        let visible = mask.cropped(to: geometry.visible)
        return visible.pixels.contains(true) ? visible : nil
    }

    /// Whether the image has a mask of the target, and the model sees none of its pixels.
    public func maskIsOutsideCrop(_ index: Int) throws -> Bool {
        guard let classIndex = maskClass(index) else { return false }
        return try maskIsOutsideCrop(index, of: classIndex)
    }

    /// Whether the image has a mask of a class, and the model sees none of its pixels.
    public func maskIsOutsideCrop(_ index: Int, of classIndex: Int) throws -> Bool {
        guard try mask(index, of: classIndex) == nil else { return false }
        return try items[index].mask(of: classes[classIndex]) != nil
    }

    /// The mask of the target at the model's resolution; it may have no pixel left.
    ///
    /// `nil` as for ``mask(_:)``.
    public func resizedMask(_ index: Int) throws -> Mask? {
        if let mask = cache?.masks[index] { return mask }
        let size = preprocessing.size
        var mask = try wholeMask(index)
        if let whole = mask {
            let geometry = geometry(of: whole)
            let isVisible =
                geometry.showsAll || whole.cropped(to: geometry.visible).pixels.contains(true)
            mask = isVisible ? whole.resized(by: geometry) : nil
        }
        cache?.masks.keep(mask, at: index, bytes: size * size)
        return mask
    }

    /// The mask of the target at the image's own resolution; `nil` where it has no pixel.
    private func wholeMask(_ index: Int) throws -> Mask? {
        try maskClass(index).flatMap { try items[index].mask(of: classes[$0]) }
    }

    private func geometry(of mask: Mask) -> ImageGeometry {
        preprocessing.geometry(of: Example.Size(height: mask.height, width: mask.width))
    }

    /// The image as decoded.
    public func image(_ index: Int) throws -> RasterImage { try items[index].image() }

    /// The part of an image that the model sees, at the image's own resolution.
    public func visible(_ image: RasterImage) -> RasterImage {
        let size = Example.Size(height: image.height, width: image.width)
        let geometry = preprocessing.geometry(of: size)
        return geometry.showsAll ? image : image.cropped(to: geometry.visible)
    }

    /// The input of the model.
    ///
    /// - Parameter random: what ``augmentation`` draws from; `nil` for the image as it is.
    public func sample(_ index: Int, random: RandomGenerator? = nil) throws -> Sample {
        let image = try resized(index)
        var sample = sample(image, mask: try resizedMask(index), random: random)
        sample.furtherMasks = try furtherClasses.map { classIndex in
            var mask = try items[index].mask(of: classes[classIndex]).flatMap { whole in
                visible(whole).map { _ in whole.resized(by: geometry(of: whole)) }
            }
            change(&mask, of: image, random: random)
            return mask
        }
        return sample
    }

    /// Changes a mask as its image is changed in training.
    private func change(_ mask: inout Mask?, of image: RasterImage, random: RandomGenerator?) {
        if let random, augmentation.isOn {
            var copy = image
            augmentation.change(&copy, &mask, random)
            _ = augmentation.hide(&mask, size: preprocessing.size, random)
        }
        if dropsEmptyMasks, mask?.pixels.contains(true) == false { mask = nil }
    }

    /// The input of the model for an image that was read already.
    public func sample(of image: RasterImage) -> Sample {
        sample(resized(DecodedImage(image)), mask: nil, random: nil)
    }

    private func sample(_ image: RasterImage, mask: Mask?, random: RandomGenerator?) -> Sample {
        var image = image
        var mask = mask
        var hidden: [ImageGeometry.Rectangle] = []
        var removed: [Int] = []
        if let random, augmentation.isOn {
            augmentation.change(&image, &mask, random)
            hidden = augmentation.hide(&mask, size: preprocessing.size, random)
            removed = augmentation.removedPixels(size: preprocessing.size, random)
        }
        if dropsEmptyMasks, mask?.pixels.contains(true) == false { mask = nil }
        let input = image.converted(channels: preprocessing.channels)
        var values = preprocessing.normalised(input.values)
        for square in hidden { hide(square, in: &values) }
        let channels = preprocessing.channels
        for pixel in removed {
            for index in (pixel * channels)..<((pixel + 1) * channels) { values[index] = 0 }
        }
        return Sample(values: values, mask: mask)
    }

    /// Gives the pixels of a rectangle the mean, which is 0 after normalisation.
    private func hide(_ rectangle: ImageGeometry.Rectangle, in values: inout [Float]) {
        let channels = preprocessing.channels
        for y in rectangle.rows {
            let start = (y * preprocessing.size + rectangle.x) * channels
            for index in start..<(start + rectangle.width * channels) { values[index] = 0 }
        }
    }

    private func resized(_ image: DecodedImage) -> RasterImage {
        resizers.resizer(
            for: Example.Size(height: image.height, width: image.width), preprocessing)(image)
    }

    private func resized(_ index: Int) throws -> RasterImage {
        if let image = cache?.images[index] { return image }
        let image = resized(try items[index].decodedImage())
        cache?.images.keep(image, at: index, bytes: image.values.count * MemoryLayout<Float>.stride)
        return image
    }
}
