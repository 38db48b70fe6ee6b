import Foundation
import Synchronization
import PlumblineTensors

/// An image ready for the model: `size x size x channels` values and the target class's mask at
/// that size.
public struct Sample: Sendable {
    public var values: [Float]
    public var mask: Mask?
}

/// The images of an ``ImageSource`` at the model's size, with the masks of one class.
public final class ImageDataset: Sendable {
    public let items: [Example]
    public let classes: [String]
    public let preprocessing: Preprocessing
    private let target: String?
    /// Whether a mask that has no pixel at the model's size counts as none: nothing can be aligned
    /// with it.
    private let dropsEmptyMasks: Bool
    private let cache: Cache?

    /// Reads every example of `source`; no image is decoded.
    ///
    /// - Parameters:
    ///   - target: the class whose masks are needed; `nil`: no masks.
    ///   - dropsEmptyMasks: for training; evaluation judges masks at their own size.
    ///   - keepsImages: keep images and masks at the model's size while they fit, so that each is
    ///   read once, not once an epoch.
    /// - Throws: ``DatasetError`` for an example that cannot be read or has another number of
    ///   labels than there are classes, and for a target that is none of the classes.
    public convenience init(
        _ source: any ImageSource, preprocessing: Preprocessing, target: String? = nil,
        dropsEmptyMasks: Bool = false, keepsImages: Bool = true
    ) throws {
        let classes = source.classes
        if let target, !classes.contains(target) {
            throw DatasetError(
                target, "no such class; there are \(classes.joined(separator: ", "))")
        }
        let items = try (0..<source.count).map { index in
            let example = try source.example(index)
            guard example.labels.count == classes.count, example.weights.count == classes.count
            else {
                throw DatasetError(
                    example.origin,
                    "\(example.id): \(example.labels.count) labels and \(example.weights.count) "
                        + "weights for \(classes.count) classes")
            }
            return example
        }
        self.init(
            items, classes, preprocessing, target, dropsEmptyMasks: dropsEmptyMasks,
            keepsImages: keepsImages)
    }

    private init(
        _ items: [Example], _ classes: [String], _ preprocessing: Preprocessing, _ target: String?,
        dropsEmptyMasks: Bool, keepsImages: Bool
    ) {
        self.items = items
        self.classes = classes
        self.preprocessing = preprocessing
        self.target = target
        self.dropsEmptyMasks = dropsEmptyMasks
        cache = keepsImages ? Cache() : nil
    }

    public var count: Int { items.count }

    /// Some of the images, with their masks.
    public func subset(_ indices: [Int]) -> ImageDataset {
        ImageDataset(
            indices.map { items[$0] }, classes, preprocessing, target,
            dropsEmptyMasks: dropsEmptyMasks, keepsImages: cache != nil)
    }

    /// The target's mask at the image's own resolution; `nil` where it has no pixel.
    public func mask(_ index: Int) throws -> Mask? {
        try target.flatMap { try items[index].mask(of: $0) }
    }

    /// The target's mask at the model's resolution; it may have no pixel left.
    public func resizedMask(_ index: Int) throws -> Mask? {
        if let cache, let kept = cache.masks[index] { return kept }
        let size = preprocessing.size
        let mask = try self.mask(index)?.resized(height: size, width: size)
        cache?.masks.keep(mask, at: index, bytes: size * size)
        return mask
    }

    /// The image as decoded.
    public func image(_ index: Int) throws -> RasterImage { try items[index].image() }

    /// The model's input. With random preprocessing it depends on `random` alone.
    public func sample(_ index: Int, random: RandomGenerator? = nil) throws -> Sample {
        try sample(resized(index), mask: resizedMask(index), random: random)
    }

    /// The model's input for an image that was read already.
    public func sample(of image: RasterImage) -> Sample {
        sample(resized(image), mask: nil, random: nil)
    }

    private func sample(_ image: RasterImage, mask: Mask?, random: RandomGenerator?) -> Sample {
        var (image, mask) = (image, mask)
        if var random, preprocessing.isRandom {
            if preprocessing.rotation > 0 {
                let degrees = random.uniform(-preprocessing.rotation, preprocessing.rotation)
                (image, mask) = (image.rotated(degrees: degrees), mask?.rotated(degrees: degrees))
            }
            if preprocessing.flips, random.uniform() < 0.5 {
                (image, mask) = (image.flipped, mask?.flipped)
            }
        }
        if dropsEmptyMasks, let found = mask, !found.pixels.contains(true) { mask = nil }
        let input = image.converted(channels: preprocessing.channels)
        return Sample(
            values: input.values.map { ($0 - preprocessing.mean) / preprocessing.deviation },
            mask: mask)
    }

    private func resized(_ image: RasterImage) -> RasterImage {
        image.resized(
            height: preprocessing.size, width: preprocessing.size,
            antialias: preprocessing.antialias)
    }

    private func resized(_ index: Int) throws -> RasterImage {
        if let kept = cache?.images[index] { return kept }
        let image = resized(try image(index))
        cache?.images.keep(image, at: index, bytes: image.values.count * MemoryLayout<Float>.stride)
        return image
    }
}

/// What was read, at the model's size.
private final class Cache: Sendable {
    let images = BoundedCache<RasterImage>(bytes: 1 << 30)
    let masks = BoundedCache<Mask?>(bytes: 1 << 28)
}

/// Values by their place, while they fit into some memory; those that came first stay.
private final class BoundedCache<Value: Sendable>: Sendable {
    private let kept = Mutex<(values: [Int: Value], bytes: Int)>(([:], 0))
    private let limit: Int

    init(bytes limit: Int) { self.limit = limit }

    subscript(index: Int) -> Value? { kept.withLock { $0.values[index] } }

    func keep(_ value: Value, at index: Int, bytes: Int) {
        kept.withLock {
            guard $0.bytes + bytes <= limit, $0.values[index] == nil else { return }
            $0.values[index] = value
            $0.bytes += bytes
        }
    }
}
