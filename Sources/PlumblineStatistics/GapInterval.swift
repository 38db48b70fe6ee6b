/// The 95% interval that a report prints for a mean gap, chosen by the coverage that it has.
///
/// The choice depends on the effective number of units: the degrees of freedom of ``ClusteredMean``
/// plus 1. It is the number of patients (or of images without patients) where all have as many
/// images, and fewer otherwise: seven patients of one image and one of twenty count as 2.7.
///
/// - one unit: no interval; nothing tells how units spread.
/// - fewer than 5: Student's t, with the error CR2 where units have different sizes. It covers
///   normal differences in 95% of all samples, and exponential ones in 88 to 91%. No interval of so
///   few values covers both. The method's text says so.
/// - from 5 to 19: the farther ends of this interval and of the bootstrap-t.
/// - 20 and more: the bootstrap-t (``meanInterval(_:groups:seed:)``).
///
/// The percentile bootstrap and BCa are never chosen: they cover .49 at 2 units, .82 at 5. `make
/// prove-coverage` prints the table of all of them.
public enum GapInterval {
    /// Fewer effective units have Student's t alone.
    public static let fewestForBootstrap = 5.0
    /// From here on the bootstrap-t stands alone.
    public static let enoughForBootstrap = 20.0

    /// The interval of a mean over images, or over patients with all of their images.
    ///
    /// - Parameters:
    ///   - groups: the patient of each difference; an empty name is a patient of its own. By
    ///     default every difference is.
    ///   - seed: of the bootstrap. The same differences and seed give the same interval.
    /// - Returns: `nil` for one unit or none, equal units, or a value that is not finite.
    public static func recommended(
        _ differences: [Double], groups: [String]? = nil, seed: UInt64 = 0
    ) -> Interval? {
        recommended(differences, groups: groups, seed: seed, resamples: 9_999)
    }

    package static func recommended(
        _ differences: [Double], groups: [String]?, seed: UInt64, resamples: Int
    ) -> Interval? {
        guard let mean = ClusteredMean(differences, groups: groups),
            let student = mean.interval()
        else { return nil }
        // Rounding must not move a whole number across a limit.
        let effective = mean.degrees + 1 + 1e-9
        guard effective >= fewestForBootstrap else {
            return Interval(
                lower: student.lower, upper: student.upper,
                method: student.method + ", for normal differences only", units: student.units)
        }
        guard
            let bootstrap = meanInterval(
                differences, groups: groups, seed: seed, resamples: resamples)
        else { return nil }
        let isEven = mean.degrees > Double(mean.units - 1) - 1e-6
        guard effective < enoughForBootstrap, !isEven else { return bootstrap }
        return Interval(
            lower: min(student.lower, bootstrap.lower), upper: max(student.upper, bootstrap.upper),
            method: "wider of CR2 t and bootstrap-t over groups", units: mean.units)
    }

    /// The interval of a mean over several fine-tuned pairs that were judged on the same images.
    ///
    /// It covers other images and other fine-tuned pairs: see ``CrossedMean``.
    ///
    /// - Parameters:
    ///   - images: the image, or patient, of each difference.
    ///   - pairs: the fine-tuned pair, or starting model, of each difference.
    /// - Returns: `nil` for fewer than two images or pairs, or differences that do not spread.
    public static func crossed(
        _ differences: [Double], images: [String], pairs: [String]
    ) -> Interval? {
        CrossedMean(differences, first: images, second: pairs)?.interval()
    }
}
