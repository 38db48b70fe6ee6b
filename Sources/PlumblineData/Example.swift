/// One image of a data set, with everything that is known about it.
///
/// The image is decoded when it is asked for.
public struct Example: Sendable {
    /// A size in pixels.
    public struct Size: Sendable, Hashable {
        public var height: Int
        public var width: Int

        public init(height: Int, width: Int) {
            self.height = height
            self.width = width
        }
    }

    /// The image's name in results and masks.
    public var id: String
    /// The patient, or another name for images that belong together; `nil` where it is not known.
    public var group: String?
    /// By class: targets in `[0, 1]`.
    public var labels: [Float]
    /// By class: the weight of each label in the loss; 0 leaves it out.
    public var weights: [Float]
    public var annotations: [Annotation]
    /// Where the image is from, for messages.
    public let origin: String
    /// The image's file; `nil` where the image does not have a file of its own.
    public let file: String?
    private let readSize: (@Sendable () throws -> Size)?
    private let decodeImage: @Sendable () throws -> DecodedImage

    /// An example whose image is computed, or read from something else than an image file.
    ///
    /// - Parameters:
    ///   - origin: where the image is from, for messages.
    ///   - weights: by default every label counts.
    ///   - size: gives the image's size; by default the image is decoded for it.
    ///   - decode: gives the image. It is called on any thread, and more than once.
    public init(
        id: String, origin: String, labels: [Float], weights: [Float]? = nil,
        group: String? = nil, annotations: [Annotation] = [],
        size: (@Sendable () throws -> Size)? = nil,
        decode: @escaping @Sendable () throws -> RasterImage
    ) {
        self.init(
            id: id, origin: origin, file: nil, labels: labels, weights: weights, group: group,
            annotations: annotations, size: size, decode: { DecodedImage(try decode()) })
    }

    /// An example whose image is a JPEG or PNG file.
    public init(
        id: String, file: String, labels: [Float], weights: [Float]? = nil, group: String? = nil,
        annotations: [Annotation] = []
    ) {
        self.init(
            id: id, origin: file, file: file, labels: labels, weights: weights, group: group,
            annotations: annotations,
            size: {
                let size = try ImageHeader.size(file)
                return Size(height: size.height, width: size.width)
            },
            decode: { try DecodedImage.read(file) })
    }

    private init(
        id: String, origin: String, file: String?, labels: [Float], weights: [Float]?,
        group: String?, annotations: [Annotation], size: (@Sendable () throws -> Size)?,
        decode: @escaping @Sendable () throws -> DecodedImage
    ) {
        self.id = id
        self.origin = origin
        self.file = file
        self.labels = labels
        self.weights = weights ?? labels.map { _ in 1 }
        self.group = group
        self.annotations = annotations
        readSize = size
        decodeImage = decode
    }

    /// The same example with a changed image of the same size.
    func redrawn(
        _ change: @escaping @Sendable (DecodedImage) throws -> DecodedImage
    ) -> Example {
        let decode = decodeImage
        return Example(
            id: id, origin: origin, file: file, labels: labels, weights: weights, group: group,
            annotations: annotations, size: readSize, decode: { try change(try decode()) })
    }

    /// The same example with other labels.
    ///
    /// - Parameters:
    ///   - labels: one per class.
    ///   - weights: one per class.
    func relabelled(_ labels: [Float], weights: [Float]) -> Example {
        Example(
            id: id, origin: origin, file: file, labels: labels, weights: weights, group: group,
            annotations: annotations, size: readSize, decode: decodeImage)
    }

    /// The image at its own size.
    ///
    /// - Throws: ``DatasetError`` where it cannot be read.
    public func image() throws -> RasterImage { RasterImage(try decodeImage()) }

    /// The image as its file stores it.
    func decodedImage() throws -> DecodedImage { try decodeImage() }

    /// The size of the image.
    ///
    /// Only the header of an image file is read.
    ///
    /// - Throws: ``DatasetError`` where it cannot be read.
    public func size() throws -> Size {
        if let readSize { return try readSize() }
        let image = try decodeImage()
        return Size(height: image.height, width: image.width)
    }

    /// - Throws: ``DatasetError`` where there is not one label and one weight per class.
    func requireLabels(count: Int) throws {
        guard labels.count == count, weights.count == count else {
            throw DatasetError(
                origin,
                "\(id): \(labels.count) labels and \(weights.count) weights for \(count) classes")
        }
    }

    /// Whether the image shows a class: its label is 1 and counts.
    ///
    /// - Parameter classIndex: the index of the class in ``labels``.
    public func isPositive(_ classIndex: Int) -> Bool {
        labels[classIndex] == 1 && weights[classIndex] > 0
    }

    /// The class of the image that a target means.
    ///
    /// See ``TargetClass/index(labels:weights:logits:)``.
    ///
    /// - Parameter logits: of the model, by class; `nil` where it was not run.
    public func index(of target: TargetClass, logits: [Float]? = nil) -> Int? {
        target.index(labels: labels, weights: weights, logits: logits)
    }

    /// Whether the image shows the class that is explained, as far as its labels say.
    ///
    /// With ``TargetClass/predicted`` that is every image.
    public func isPositive(_ target: TargetClass) -> Bool {
        switch target {
        case .index(let index): isPositive(index)
        case .label: index(of: target) != nil
        case .predicted: true
        }
    }

    /// All pixels of a class, or of one of its parts, at the image's own size.
    ///
    /// Annotations of one class, such as several objects, are united.
    ///
    /// - Returns: `nil` where there are no pixels.
    /// - Throws: ``DatasetError`` where annotations have different sizes or one is not a region.
    public func mask(of className: String, part: String? = nil) throws -> Mask? {
        try union(of: className, part: part) { $0 }
    }

    /// The smallest boxes around the annotated objects of a class, united, as
    /// ``mask(of:part:)``.
    public func boxes(of className: String) throws -> Mask? {
        try union(of: className, part: nil, \.filledBox)
    }

    private func union(
        of className: String, part: String?, _ form: (Mask) -> Mask
    ) throws -> Mask? {
        var union: Mask?
        for annotation in annotations
        where annotation.className == className && annotation.part == part {
            let mask = form(try annotation.region.mask())
            guard var sum = union else {
                union = mask
                continue
            }
            guard (sum.height, sum.width) == (mask.height, mask.width) else {
                throw DatasetError(
                    origin,
                    "\(id): \(className): regions of \(sum.height) x \(sum.width) and of "
                        + "\(mask.height) x \(mask.width) in one image")
            }
            sum.formUnion(mask)
            union = sum
        }
        return union.flatMap { $0.pixels.contains(true) ? $0 : nil }
    }
}
