import Foundation
import Synchronization
import PlumblineTensors

/// How a film becomes a model's input.
public struct Preprocessing: Sendable, Equatable {
    public var size = 224
    public var channels = 3
    /// PIL's widened filter when shrinking; the paper: off.
    public var antialias = false
    public var mean: Float = 0.5, deviation: Float = 0.5
    /// Random turns of up to so many degrees either way.
    public var rotation: Float = 0
    /// Random mirroring, half of the time.
    public var flips = false
    public init() {}
    public var isRandom: Bool { rotation > 0 || flips }
}

/// A film ready for the model: `size x size x channels` values and the target class's mask at that
/// size.
public struct Sample: Sendable {
    public var values: [Float]
    public var mask: Mask?
}

/// Films with labels and the masks of one class.
public final class ImageDataset: Sendable {
    public struct Item: Sendable {
        /// The image's name in results and masks.
        public var key: String
        public var file: String
        /// By class, resolved by the uncertainty policy, with each label's weight.
        public var labels: [Float], weights: [Float]
        /// The patient, or whatever else images belong together by; `nil` where it is not known.
        public var group: String?

        public init(
            key: String, file: String, labels: [Float], weights: [Float], group: String? = nil
        ) {
            (self.key, self.file, self.labels, self.weights) = (key, file, labels, weights)
            self.group = group
        }
    }

    public let items: [Item]
    public let classes: [String]
    public let preprocessing: Preprocessing
    private let localizations: Localizations?
    private let target: String?
    /// Whether a mask that has no pixel at the model's size counts as none: nothing can be aligned
    /// with it.
    private let dropsEmptyMasks: Bool
    private let cache: Cache?

    /// - Parameters:
    ///   - target: the class whose masks are wanted.
    ///   - dropsEmptyMasks: for training; evaluation judges masks at their own size.
    ///   - keepsImages: keep images and masks at the model's size while they fit, so that each is
    ///   read once, not once an epoch.
    public init(
        items: [Item], classes: [String], preprocessing: Preprocessing,
        localizations: Localizations? = nil, target: String? = nil, dropsEmptyMasks: Bool = false,
        keepsImages: Bool = true
    ) {
        self.items = items
        self.classes = classes
        self.preprocessing = preprocessing
        self.localizations = localizations
        self.target = target
        self.dropsEmptyMasks = dropsEmptyMasks
        cache = keepsImages ? Cache() : nil
    }

    public var count: Int { items.count }

    /// Some of the images, with their masks.
    public func subset(_ indices: [Int]) -> ImageDataset {
        ImageDataset(
            items: indices.map { items[$0] }, classes: classes, preprocessing: preprocessing,
            localizations: localizations, target: target, dropsEmptyMasks: dropsEmptyMasks,
            keepsImages: cache != nil)
    }

    /// The target's mask at the film's own resolution.
    public func mask(_ index: Int) throws -> Mask? {
        guard let localizations, let target else { return nil }
        return try localizations.mask(target, in: items[index].key)
    }

    /// The target's mask at the model's resolution; it may have no pixel left.
    public func resizedMask(_ index: Int) throws -> Mask? {
        if let cache, let kept = cache.masks[index] { return kept }
        let size = preprocessing.size
        let mask = try self.mask(index)?.resized(height: size, width: size)
        cache?.masks.keep(mask, at: index, bytes: size * size)
        return mask
    }

    /// The film as decoded.
    public func film(_ index: Int) throws -> RasterImage { try RasterImage.read(items[index].file) }

    /// The model's input. With random preprocessing it depends on `random` alone.
    public func sample(_ index: Int, random: RandomGenerator? = nil) throws -> Sample {
        try sample(resized(index), mask: resizedMask(index), random: random)
    }

    /// The model's input for a film that was read already.
    public func sample(of film: RasterImage) -> Sample {
        sample(resized(film), mask: nil, random: nil)
    }

    private func sample(_ film: RasterImage, mask: Mask?, random: RandomGenerator?) -> Sample {
        var (film, mask) = (film, mask)
        if var random, preprocessing.isRandom {
            if preprocessing.rotation > 0 {
                let degrees = random.uniform(-preprocessing.rotation, preprocessing.rotation)
                (film, mask) = (film.rotated(degrees: degrees), mask?.rotated(degrees: degrees))
            }
            if preprocessing.flips, random.uniform() < 0.5 {
                (film, mask) = (film.flipped, mask?.flipped)
            }
        }
        if dropsEmptyMasks, let found = mask, !found.pixels.contains(true) { mask = nil }
        let input = film.converted(channels: preprocessing.channels)
        return Sample(
            values: input.values.map { ($0 - preprocessing.mean) / preprocessing.deviation },
            mask: mask)
    }

    private func resized(_ film: RasterImage) -> RasterImage {
        film.resized(
            height: preprocessing.size, width: preprocessing.size,
            antialias: preprocessing.antialias)
    }

    private func resized(_ index: Int) throws -> RasterImage {
        if let kept = cache?.films[index] { return kept }
        let film = resized(try film(index))
        cache?.films.keep(film, at: index, bytes: film.values.count * MemoryLayout<Float>.stride)
        return film
    }
}

/// What was read, at the model's size.
private final class Cache: Sendable {
    let films = BoundedCache<RasterImage>(bytes: 1 << 30)
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
