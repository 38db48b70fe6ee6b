/// One image of a data set, with everything that is known of it. The image itself is decoded when
/// it is asked for.
public struct Example: Sendable {
    /// The image's name in results and masks.
    public var id: String
    /// The patient, or whatever else images belong together by; `nil` where it is not known.
    public var group: String?
    /// By class: targets in `[0, 1]`.
    public var labels: [Float]
    /// By class: each label's weight in the loss; 0 leaves it out.
    public var weights: [Float]
    public var annotations: [Annotation]
    /// Where the image is from, for messages: its file, for example.
    public var origin: String
    private let decodeImage: @Sendable () throws -> RasterImage

    /// - Parameters:
    ///   - weights: by default every label counts.
    ///   - decode: gives the image; it is called on any thread, and more than once.
    public init(
        id: String, origin: String, labels: [Float], weights: [Float]? = nil,
        group: String? = nil, annotations: [Annotation] = [],
        decode: @escaping @Sendable () throws -> RasterImage
    ) {
        self.id = id
        self.origin = origin
        self.labels = labels
        self.weights = weights ?? labels.map { _ in 1 }
        self.group = group
        self.annotations = annotations
        decodeImage = decode
    }

    /// An example whose image is a JPEG or PNG file.
    public init(
        id: String, file: String, labels: [Float], weights: [Float]? = nil, group: String? = nil,
        annotations: [Annotation] = []
    ) {
        self.init(
            id: id, origin: file, labels: labels, weights: weights, group: group,
            annotations: annotations, decode: { try RasterImage.read(file) })
    }

    /// The image at its own size.
    ///
    /// - Throws: ``DatasetError`` where it cannot be read.
    public func image() throws -> RasterImage { try decodeImage() }

    /// All pixels of a class, or of one of its parts, at the image's own size; `nil` where there
    /// are none.
    ///
    /// Annotations of one class, such as several objects, are united.
    ///
    /// - Throws: ``DatasetError`` where annotations have different sizes or one is no region.
    public func mask(of className: String, part: String? = nil) throws -> Mask? {
        var union: Mask?
        for annotation in annotations
        where annotation.className == className && annotation.part == part {
            let mask = try annotation.region.mask()
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
