import Foundation
import PlumblineStatistics
import PlumblineStorage

/// Compares how well the models of a pair predict.
///
/// If they do not predict equally well, a gap says nothing about explanations.
struct PredictionComparison {
    /// One line per pair of models.
    let lines: [String]

    /// With fewer positive or negative images (or groups), DeLong's interval is not used.
    ///
    /// In a simulation (two normal models, 60 negatives, AUROC 0.95 and 0.90), the nominal 95%
    /// interval covers 82% with 5 positives, 88% with 10, and 92% with 20.
    private static let fewest = 10

    init(
        _ results: Results, _ subject: GapReport.Subject, margin: Double,
        pair: (first: String, second: String)
    ) {
        let runs = results.runs.filter(subject.contains)
        let images = Dictionary(grouping: results.images, by: \.run)
        func rows(_ scenario: String) -> [ImageResult]? {
            let names = runs.filter { $0.factors.scenario == scenario }.map(\.run)
            return names.count == 1 ? images[names[0]] ?? [] : nil
        }
        let pairs = [
            (pair.first, pair.second), (pair.first, "start"), (pair.second, "start"),
        ]
        let auroc = pairs.compactMap { first, second -> String? in
            guard let a = rows(first), let b = rows(second) else { return nil }
            return "AUROC \(first) - \(second): "
                + Self.text(PredictionPairing(a, b), margin)
        }
        let isMulticlass = runs.contains { !$0.confusion.isEmpty }
        let agreement = rows(pair.first).flatMap { a in
            rows(pair.second).flatMap {
                Self.agreement(PredictionPairing(a, $0), isMulticlass)
            }
        }
        lines =
            (agreement.map { ["predictions \(pair.first), \(pair.second): " + $0] } ?? []) + auroc
    }

    /// How alike the predictions of the images of both models are.
    private static func agreement(
        _ pairing: PredictionPairing, _ isMulticlass: Bool
    ) -> String? {
        let agreement = pairing.agreement(isMulticlass: isMulticlass)
        guard let agreement else { return nil }
        let kappa = agreement.kappa.map { String(format: "%.3f", $0) } ?? "missing (one class)"
        return String(
            format: "agreement %.3f, Cohen's kappa %@, mutual information %.3f nats, largest "
                + "difference of a probability %.3f, %d images", agreement.agreement, kappa,
            agreement.mutualInformation, agreement.largestDifference, agreement.images)
    }

    private static func text(_ pairing: PredictionPairing, _ margin: Double) -> String {
        var counts = ["\(pairing.labelled.count) images", "\(pairing.positives) positive"]
        if pairing.alone > 0 { counts.append("\(pairing.alone) in one model only, left out") }
        if pairing.differingLabels > 0 {
            counts.append("\(pairing.differingLabels) of differing labels, left out")
        }
        let images = counts.joined(separator: ", ")

        let equal = "equal predictions at the margin of \(margin)"
        switch pairing.auroc {
        case .failure(let defect):
            return "missing (\(defect.rawValue); \(images)); \(equal): cannot be told"
        case .success(let comparison):
            let difference = String(format: "%+.3f", comparison.difference)
            guard let interval = comparison.interval else {
                return "\(difference), without an interval (it has no variance; \(images)); "
                    + "\(equal): cannot be told"
            }
            let ends = String(format: "%+.3f to %+.3f", interval.lower, interval.upper)
            return "\(difference) (95% \(ends): \(interval.method); \(images)); \(equal): "
                + verdict(comparison, interval, margin)
        }
    }

    private static func verdict(
        _ comparison: AUROCDifference, _ interval: Interval, _ margin: Double
    ) -> String {
        // An interval without a variance already accounts for few images.
        if comparison.variance > 0,
            min(comparison.positiveUnits, comparison.negativeUnits) < fewest
        {
            return "cannot be told, fewer than \(fewest) positive or negative images or patients"
        }
        if interval.lower >= -margin, interval.upper <= margin { return "yes" }
        if interval.lower > margin || interval.upper < -margin { return "no" }
        return "cannot be told, the interval is too wide"
    }
}
