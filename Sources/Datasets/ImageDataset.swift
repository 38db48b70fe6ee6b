import Foundation
import Synchronization
import Tensors

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
    /// Resized films, kept while they fit: the same film is read once, not once an epoch.
    private let cache = Mutex<(films: [Int: RasterImage], bytes: Int)>(([:], 0))
    private static let cacheLimit = 1 << 30

    /// - Parameter target: the class whose masks are wanted.
    public init(
        items: [Item], classes: [String], preprocessing: Preprocessing,
        localizations: Localizations? = nil, target: String? = nil
    ) {
        self.items = items
        self.classes = classes
        self.preprocessing = preprocessing
        self.localizations = localizations
        self.target = target
    }

    public var count: Int { items.count }

    /// Some of the images, with their masks.
    public func subset(_ indices: [Int]) -> ImageDataset {
        ImageDataset(
            items: indices.map { items[$0] }, classes: classes, preprocessing: preprocessing,
            localizations: localizations, target: target)
    }

    /// The target's mask at the film's own resolution.
    public func mask(_ index: Int) throws -> Mask? {
        guard let localizations, let target else { return nil }
        return try localizations.mask(target, in: items[index].key)
    }

    /// The film as decoded.
    public func film(_ index: Int) throws -> RasterImage { try RasterImage.read(items[index].file) }

    /// The model's input. With random preprocessing it depends on `random` alone.
    public func sample(_ index: Int, random: RandomGenerator? = nil) throws -> Sample {
        let size = preprocessing.size
        var film = try resized(index)
        var mask = try self.mask(index)?.resized(height: size, width: size)
        if var random, preprocessing.isRandom {
            if preprocessing.rotation > 0 {
                let degrees = random.uniform(-preprocessing.rotation, preprocessing.rotation)
                (film, mask) = (film.rotated(degrees: degrees), mask?.rotated(degrees: degrees))
            }
            if preprocessing.flips, random.uniform() < 0.5 {
                (film, mask) = (film.flipped, mask?.flipped)
            }
        }
        let input = film.converted(channels: preprocessing.channels)
        return Sample(
            values: input.values.map { ($0 - preprocessing.mean) / preprocessing.deviation },
            mask: mask)
    }

    private func resized(_ index: Int) throws -> RasterImage {
        if let kept = cache.withLock({ $0.films[index] }) { return kept }
        let film = try film(index).resized(
            height: preprocessing.size, width: preprocessing.size,
            antialias: preprocessing.antialias)
        let bytes = film.values.count * MemoryLayout<Float>.stride
        cache.withLock {
            guard $0.bytes + bytes <= Self.cacheLimit else { return }
            $0.films[index] = film
            $0.bytes += bytes
        }
        return film
    }
}
