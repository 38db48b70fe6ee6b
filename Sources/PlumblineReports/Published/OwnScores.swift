import Foundation
import PlumblineStorage

/// The scores of our own runs in the terms of arXiv 2311.04813: its models, starts and methods.
///
/// A pair has a counterpart where it was trained through the explanation that is evaluated, and
/// where its names are known: models whose name begins with densenet, vit or swin; the start
/// `from_scratch`, any other being pre-trained; gradient, integrated_gradients, smoothgrad, and
/// lrp_epsilon_plus as lrp.
public struct OwnScores {
    /// The rows of all seeds.
    public let scores: PublishedScores
    public let auc: PublishedAUC
    /// What has no counterpart, and why.
    public let notes: [String]
    /// The rows and AUROCs of each seed, by its name.
    let seeds: [String: (scores: PublishedScores, auc: PublishedAUC)]

    /// Names of `--as OURS=THEIRS`.
    ///
    /// - Throws: ``ReportRequestError`` for a text without two names.
    public static func names(_ texts: [String]) throws -> [String: String] {
        let known =
            PublishedRow.models + PublishedRow.initialisations + PublishedRow.methods
        var names: [String: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, known.contains(String(parts[1])) else {
                throw ReportRequestError(
                    "--as",
                    "\(text.printable) must be OURS=THEIRS, THEIRS one of "
                        + known.joined(separator: ", "))
            }
            names[String(parts[0])] = String(parts[1])
        }
        return names
    }

    /// - Parameter renamed: published names by our names, before the rules above.
    /// - Throws: ``ReportRequestError`` where no pair has a counterpart, or where two pairs of one
    ///   seed have the same.
    public init(_ pairs: GapPairs, renamed: [String: String] = [:]) throws {
        var left: [String: Int] = [:]
        var found: [String: [PublishedRow.Cell: GapPair]] = [:]
        for pair in pairs.pairs {
            guard pair.factors.trainedThrough == pair.factors.explanation else {
                left["evaluated under another explanation than trained through", default: 0] += 1
                continue
            }
            guard let cell = Self.cell(pair.factors, renamed) else {
                let name = "\(pair.factors.model) explained by \(pair.factors.explanation)"
                left[name, default: 0] += 1
                continue
            }
            let seed = pair.factors.seedName
            guard found[seed]?[cell] == nil else {
                throw ReportRequestError(
                    pair.file,
                    "two pairs of the seed \(seed) are \(cell.name); give files that "
                        + "differ in model, start, method, finding and seed alone")
            }
            found[seed, default: [:]][cell] = pair
        }
        guard !found.isEmpty else {
            throw ReportRequestError(
                "RESULTS", "no pair has a counterpart in the paper; --as OURS=THEIRS names one")
        }
        let keys = ["mass_accuracy", "rank_accuracy"].compactMap { name in
            pairs.keys.first { $0.metric == name && $0.part.isEmpty }
        }
        guard keys.count == 2 else {
            throw ReportRequestError("RESULTS", "mass_accuracy and rank_accuracy are both wanted")
        }
        let parts = found.mapValues { Self.scores($0, keys, pairs.scenarios) }
        seeds = parts
        let ordered = parts.keys.sorted().map { parts[$0]! }
        scores = PublishedScores(
            rows: ordered.flatMap(\.scores.rows),
            dropped: ordered.reduce(into: [:]) { $0.merge($1.scores.dropped, uniquingKeysWith: +) },
            source: pairs.files.map(\.path).joined(separator: ", "))
        auc = PublishedAUC(values: ordered.flatMap(\.auc.values))
        notes =
            pairs.notes
            + left.sorted { $0.key < $1.key }.map {
                "without counterpart: \($0.key) (\($0.value) pairs)"
            }
    }

    private static func cell(
        _ factors: RunFactors, _ renamed: [String: String]
    ) -> PublishedRow.Cell? {
        let families = [("densenet", "densenet"), ("vit", "vit"), ("swin", "swinvit")]
        let methods = [
            "gradient": "gradient", "integrated_gradients": "integrated_gradients",
            "smoothgrad": "smoothgrad", "lrp_epsilon_plus": "lrp",
        ]
        let model =
            renamed[factors.model]
            ?? families.first { factors.model.hasPrefix($0.0) }?.1
        let method = renamed[factors.explanation] ?? methods[factors.explanation]
        let start =
            renamed[factors.pretraining]
            ?? (factors.pretraining == "from_scratch" ? "from_scratch" : "pretrained")
        guard let model, let method, !factors.pretraining.isEmpty else { return nil }
        return PublishedRow.Cell(
            model: model, initialisation: start, method: method, label: factors.className)
    }

    private static func scores(
        _ pairs: [PublishedRow.Cell: GapPair], _ keys: [ScoreKey],
        _ scenarios: (first: String, second: String)
    ) -> (scores: PublishedScores, auc: PublishedAUC) {
        var rows: [PublishedRow] = []
        var dropped: [PublishedRow.Cell: Int] = [:]
        var values: [PublishedAUC.Value] = []
        for (cell, pair) in pairs.sorted(by: { $0.key.name < $1.key.name }) {
            let (one, two) = (pair.first, pair.second)
            let others = two.byName
            for image in one.positives.map(\.image).sorted() {
                let scores = keys.flatMap { [one.value($0, image), two.value($0, image)] }
                let known = scores.compactMap { $0 }
                guard others[image]?.label == .positive, known.count == 4 else {
                    dropped[cell, default: 0] += 1
                    continue
                }
                rows.append(
                    PublishedRow(
                        cell: cell, image: image, start: pair.startName,
                        massGap: known[0] - known[1], rankGap: known[2] - known[3],
                        alignedMass: known[0], alignedRank: known[2], misalignedMass: known[1],
                        misalignedRank: known[3]))
            }
            for (run, isAligned) in [(one, true), (two, false)] {
                guard let auc = run.run.metrics["auroc"] else { continue }
                values.append(
                    PublishedAUC.Value(
                        model: cell.model, initialisation: cell.initialisation,
                        method: cell.method, label: cell.label, isAligned: isAligned, auc: auc))
            }
        }
        return (
            PublishedScores(rows: rows, dropped: dropped, source: ""),
            PublishedAUC(values: values)
        )
    }
}
