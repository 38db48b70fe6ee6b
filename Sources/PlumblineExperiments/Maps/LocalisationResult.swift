import Foundation
import PlumblineMetrics
import PlumblineStatistics
import PlumblineStorage

/// How well maps find the masks of a data set, class by class, as `plumbline localise` writes it.
public struct LocalisationResult: Codable, Sendable {
    /// Which maps were read.
    public struct Source: Codable, Sendable {
        public let name: String
        public let maps: Int
        public let withoutMask: Int
        /// Whether negative values were kept; if not, they counted as 0.
        public let isSigned: Bool

        init(_ set: LocalisationSet, maps: Int, withoutMask: Int) {
            name = set.name
            self.maps = maps
            self.withoutMask = withoutMask
            isSigned = set.pooling == .signed
        }
    }

    /// A mean over images with its 95% interval.
    public struct Mean: Codable, Sendable {
        /// `nil` without images.
        public let mean: Double?
        /// `nil` where there are too few images.
        public let lower: Double?
        public let upper: Double?
        /// What was drawn for the interval.
        public let method: String?
        public let images: Int
        /// Images without a value, by the reason.
        public let missing: [String: Int]
    }

    /// The mean overlap at one threshold on the set that the threshold was tuned on.
    public struct Tuned: Codable, Sendable {
        public let threshold: Double
        public let miou: Double?
    }

    /// PxAP; see ``PixelAveragePrecision``.
    public struct PixelPrecision: Codable, Sendable {
        public let value: Double?
        public let lowest: Double?
        public let highest: Double?
        public let chance: Double?
        public let images: Int
        public let pixels: Int
        public let mapsWithoutOrder: Int
        /// Why there is no value.
        public let missing: String?
    }

    public struct Class: Codable, Sendable {
        /// Empty where masks have no class.
        public let name: String
        /// The share of a map's range; `nil` where the tuning set has no image of the class.
        public let threshold: Double?
        /// Images of the class that the threshold was tuned on; 0 where it was given.
        public let tunedOnImages: Int
        public let tuning: [Tuned]
        public let miou: Mean
        public let hitRate: Mean
        public let pxap: PixelPrecision
    }

    /// `nil` where the threshold was given.
    public let tunedOn: Source?
    public let reportedOn: Source
    /// Images of the same name in both sets; 0 if a set has no names.
    public let imagesInBothSets: Int
    /// What a resample draws: images or groups.
    public let resampled: String
    public let resamples: Int
    public let seed: UInt64
    public let classes: [Class]

    /// Writes JSON.
    ///
    /// - Throws: an error of the disk; then no file is written.
    public func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let data = try encoder.encode(self) + Data("\n".utf8)
        try AtomicFile.write(path) { file in try file.write(data) }
    }
}

extension LocalisationResult.PixelPrecision {
    init(_ pixels: PixelAveragePrecision) {
        self.init(
            value: pixels.value.value, lowest: pixels.bounds.lowest.value,
            highest: pixels.bounds.highest.value, chance: pixels.chance.value,
            images: pixels.images, pixels: pixels.pixels, mapsWithoutOrder: pixels.withoutOrder,
            missing: pixels.value.reason?.rawValue)
    }
}
