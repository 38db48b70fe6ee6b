import PlumblineData

/// What an image shows where, as the metrics read it: each is read when it is first asked for.
///
/// All have the size of the part of the image that the model sees, at the image's own resolution.
public struct Annotations {
    /// The mask of the explained class; `nil` if the image has none.
    public var mask: () throws -> Mask?
    /// The boxes around the annotated objects of that class; `nil` if the image has none.
    public var boxes: () throws -> Mask?
    /// The named parts of that class that are there, by name.
    public var parts: () throws -> [(name: String, mask: Mask)]
    /// The pixels of all other annotated classes; `nil` if the image has none.
    public var otherClasses: () throws -> Mask?

    /// - Parameter mask: reads the mask of the explained class.
    public init(
        mask: @escaping () throws -> Mask? = { nil },
        boxes: @escaping () throws -> Mask? = { nil },
        parts: @escaping () throws -> [(name: String, mask: Mask)] = { [] },
        otherClasses: @escaping () throws -> Mask? = { nil }
    ) {
        self.mask = mask
        self.boxes = boxes
        self.parts = parts
        self.otherClasses = otherClasses
    }

    /// The annotations of an image of a data set.
    public init(_ dataset: ImageDataset, index: Int, classIndex: Int) {
        self.init(
            mask: { try dataset.mask(index, of: classIndex) },
            boxes: { try dataset.boxes(index, of: classIndex) },
            parts: { try dataset.parts(index, of: classIndex) },
            otherClasses: { try dataset.otherClasses(index, than: classIndex) })
    }

    /// The same, for several maps of the image: each is read once.
    var readOnce: Annotations {
        let cache = AnnotationCache(self)
        return Annotations(
            mask: cache.mask.value, boxes: cache.boxes.value, parts: cache.parts.value,
            otherClasses: cache.otherClasses.value)
    }
}
