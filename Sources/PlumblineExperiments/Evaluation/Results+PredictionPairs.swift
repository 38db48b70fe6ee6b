import PlumblineStatistics
import PlumblineStorage

extension Results {
    /// How alike the models of every two runs of one explanation predict: the evidence that a gap
    /// is not one of predictions.
    ///
    /// A row per pair of runs: the images that both have, agreement, Cohen's kappa, mutual
    /// information (nats), the largest difference of two probabilities, and the difference of the
    /// areas under the ROC curve with DeLong's interval. NaN where a value is not defined.
    ///
    /// - Returns: `nil` without such a pair.
    var comparedPredictions: Table? {
        let byRun = Dictionary(grouping: images, by: \.run)
        var names: [(String, String)] = []
        var rows: [[Double]] = []
        for (index, first) in runs.enumerated() {
            for second in runs[(index + 1)...]
            where second.factors.explanation == first.factors.explanation {
                guard let row = Self.row(byRun[first.run] ?? [], byRun[second.run] ?? [], first)
                else { continue }
                names.append((first.run, second.run))
                rows.append(row)
            }
        }
        guard !rows.isEmpty else { return nil }
        var table = Table()
        table.add("first_run", .texts(names.map(\.0)))
        table.add("second_run", .texts(names.map(\.1)))
        let columns = [
            "images", "agreement", "cohen_kappa", "mutual_information_nats",
            "largest_probability_difference", "auroc_difference", "auroc_difference_lower",
            "auroc_difference_upper", "auroc_difference_p",
        ]
        for (column, name) in columns.enumerated() {
            table.add(name, .reals(rows.map { $0[column] }))
        }
        return table
    }

    private static func row(
        _ first: [ImageResult], _ second: [ImageResult], _ run: RunResult
    ) -> [Double]? {
        let others = Dictionary(second.map { ($0.image, $0) }, uniquingKeysWith: { a, _ in a })
        let pairs = first.compactMap { image in others[image.image].map { (image, $0) } }
        let isMulticlass = !run.confusion.isEmpty
        guard
            let agreement = PredictionAgreement(
                pairs.map { $0.0.predictedClass(isMulticlass) },
                pairs.map { $0.1.predictedClass(isMulticlass) },
                probabilities: (pairs.map(\.0.probability), pairs.map(\.1.probability)))
        else { return nil }
        let labelled = pairs.filter { $0.0.label == $0.1.label && $0.0.label != .uncertain }
        let groups = labelled.map { $0.0.group ?? "" }
        let difference = try? aurocDifference(
            scoresA: labelled.map { $0.0.logit ?? $0.0.probability },
            scoresB: labelled.map { $0.1.logit ?? $0.1.probability },
            labels: labelled.map { $0.0.label == .positive },
            groups: groups.allSatisfy(\.isEmpty) ? nil : groups
        ).get()
        return [
            Double(agreement.images), agreement.agreement, agreement.kappa ?? .nan,
            agreement.mutualInformation, agreement.largestDifference,
            difference?.difference ?? .nan, difference?.interval?.lower ?? .nan,
            difference?.interval?.upper ?? .nan, difference?.pValue ?? .nan,
        ]
    }
}
