import PlumblineReports
import PlumblineStorage

extension Results {
    /// How alike the models of every two runs of one explanation predict: the evidence that a gap
    /// is not one of predictions.
    ///
    /// A row per pair of runs: the images that both have, agreement, Cohen's kappa, mutual
    /// information (nats), the largest difference of two probabilities, and the difference of the
    /// areas under the ROC curve with DeLong's interval. NaN where a value is not defined; then
    /// `auroc_difference_reason` says why.
    ///
    /// - Returns: `nil` without such a pair.
    var comparedPredictions: Table? {
        let byRun = Dictionary(grouping: images, by: \.run)
        var names: [(String, String)] = []
        var rows: [Row] = []
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
            table.add(name, .reals(rows.map { $0.numbers[column] }))
        }
        table.add("auroc_difference_reason", .texts(rows.map(\.reason)))
        return table
    }

    /// The numbers of a pair, and why it has no difference of AUROCs; empty if it has one.
    private struct Row {
        var numbers: [Double]
        var reason: String
    }

    private static func row(
        _ first: [ImageResult], _ second: [ImageResult], _ run: RunResult
    ) -> Row? {
        let pairing = PredictionPairing(first, second)
        guard let agreement = pairing.agreement(isMulticlass: !run.confusion.isEmpty) else {
            return nil
        }
        let numbers = [
            Double(agreement.images), agreement.agreement, agreement.kappa ?? .nan,
            agreement.mutualInformation, agreement.largestDifference,
        ]
        switch pairing.auroc {
        case .failure(let defect):
            return Row(
                numbers: numbers + [.nan, .nan, .nan, .nan], reason: defect.rawValue)
        case .success(let result):
            let interval = result.interval
            return Row(
                numbers: numbers + [
                    result.difference, interval?.lower ?? .nan, interval?.upper ?? .nan,
                    result.pValue ?? .nan,
                ],
                reason: interval == nil ? "no interval: the difference has no variance" : "")
        }
    }
}
