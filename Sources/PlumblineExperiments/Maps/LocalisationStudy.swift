import PlumblineMetrics
import PlumblineStatistics

/// Judges maps over a data set: mIoU at a tuned threshold, hit rate and PxAP, class by class.
///
/// It is CheXlocalize's evaluation (Saporta et al., doi 10.1038/s42256-022-00536-x): a threshold
/// per class is tuned on one set (``ThresholdTuning``) and reported on another, with intervals by
/// 1,000 resamples (``percentileInterval(_:groups:seed:resamples:)``). Maps are read one at a time;
/// per image two numbers are kept.
public struct LocalisationStudy {
    /// What a resample draws.
    public enum Unit: String, Sendable, CaseIterable {
        /// Images, as CheXlocalize does.
        case images
        /// Groups, such as patients, with all of their images.
        case groups
    }

    /// Where the thresholds of the regions come from.
    public enum Threshold {
        case given(Double)
        case tuned(on: LocalisationSet)
    }

    public let threshold: Threshold
    public let unit: Unit
    public let seed: UInt64
    public static let resamples = 1000

    public init(_ threshold: Threshold, unit: Unit = .images, seed: UInt64 = 0) {
        self.threshold = threshold
        self.unit = unit
        self.seed = seed
    }

    /// - Throws: an error if a map or mask cannot be read, ``Interrupted``, and
    ///   ``ConfigurationError`` if groups are drawn and an image has none.
    public func judge(_ set: LocalisationSet) throws -> LocalisationResult {
        let (tunings, tunedOn) = try tune()
        var classes: [String: Class] = [:]
        let counts = try set.forEach("report") { entry in
            if unit == .groups, entry.group == nil {
                throw ConfigurationError(
                    "--resample", "groups", "\(set.name) has an image without a group")
            }
            let best = limit(entry.className, tunings)
            classes[entry.className, default: Class()].add(entry, threshold: best)
        }
        return LocalisationResult(
            tunedOn: tunedOn,
            reportedOn: .init(set, maps: counts.maps, withoutMask: counts.withoutMask),
            imagesInBothSets: imagesInBoth(set), resampled: unit.rawValue,
            resamples: Self.resamples, seed: seed,
            classes: classes.sorted { $0.key < $1.key }.map { name, found in
                result(name, found, tunings)
            })
    }

    // MARK: Tuning

    private func tune() throws -> ([String: ThresholdTuning], LocalisationResult.Source?) {
        guard case .tuned(let set) = threshold else { return ([:], nil) }
        var tunings: [String: ThresholdTuning] = [:]
        let counts = try set.forEach("tune") { entry in
            tunings[entry.className, default: ThresholdTuning()].add(entry.map, entry.mask)
        }
        return (
            tunings, .init(set, maps: counts.maps, withoutMask: counts.withoutMask)
        )
    }

    private func limit(_ className: String, _ tunings: [String: ThresholdTuning]) -> Double? {
        switch threshold {
        case .given(let value): value
        case .tuned: tunings[className]?.best
        }
    }

    private func imagesInBoth(_ set: LocalisationSet) -> Int {
        guard case .tuned(let other) = threshold, !set.maps.isNumbered, !other.maps.isNumbered
        else { return 0 }
        return Set(set.maps.names).intersection(other.maps.names).count
    }

    // MARK: One class

    /// The scores of the images of one class.
    private struct Class {
        var overlaps = Values()
        var hits = Values()
        var pixels = PixelAveragePrecision()

        mutating func add(_ entry: LocalisationSet.Entry, threshold: Double?) {
            hits.add(PointingGame.hit(entry.map, entry.mask, tolerance: 0), entry.group)
            pixels.add(entry.map, entry.mask)
            guard let threshold else {
                overlaps.add(.missing(.notTuned), entry.group)
                return
            }
            switch Binarisation.shareOfRange(threshold).region(of: entry.map) {
            case .missing(let reason): overlaps.add(.missing(reason), entry.group)
            case .pixels(let region):
                overlaps.add(
                    RegionOverlap(region, entry.mask).intersectionOverUnion, entry.group)
            }
        }
    }

    /// The values of the images that have one.
    private struct Values {
        var values: [Double] = []
        var groups: [String] = []
        var missing: [String: Int] = [:]

        mutating func add(_ value: Measured, _ group: String?) {
            switch value {
            case .missing(let reason): missing[reason.rawValue, default: 0] += 1
            case .value(let value):
                values.append(value)
                groups.append(group ?? "")
            }
        }
    }

    private func result(
        _ name: String, _ found: Class, _ tunings: [String: ThresholdTuning]
    ) -> LocalisationResult.Class {
        let tuning = tunings[name]
        return LocalisationResult.Class(
            name: name, threshold: limit(name, tunings), tunedOnImages: tuning?.images ?? 0,
            tuning: (tuning?.rows ?? []).map {
                .init(threshold: $0.threshold, miou: $0.meanIntersectionOverUnion.value)
            },
            miou: mean(found.overlaps), hitRate: mean(found.hits), pxap: .init(found.pixels))
    }

    private func mean(_ values: Values) -> LocalisationResult.Mean {
        let interval = percentileInterval(
            values.values, groups: unit == .groups ? values.groups : nil, seed: seed,
            resamples: Self.resamples)
        let count = values.values.count
        return .init(
            mean: count > 0 ? values.values.sorted().reduce(0, +) / Double(count) : nil,
            lower: interval?.lower, upper: interval?.upper, method: interval?.method,
            images: count, missing: values.missing)
    }
}

extension MissingReason {
    static let notTuned = MissingReason(rawValue: "the tuning set has no image of the class")
}
