import Foundation
import PlumblineReports
import PlumblineStorage

/// A study: a sweep with a plan of its claims, in one file.
public struct Study {
    public let sweep: Sweep
    public let plan: StudyPlan

    /// - Throws: ``ConfigurationError`` for a file without a section `study`, or with a wrong one.
    public init(_ file: String, overrides: [String] = []) throws {
        sweep = try Sweep(file, overrides: overrides)
        guard let plan = sweep.study else {
            throw ConfigurationError(
                file, "study", "is missing; a study is a sweep with its claims declared there")
        }
        self.plan = plan
    }

    /// Judges the claims.
    ///
    /// - Parameters:
    ///   - results: a collected sweep; `nil` for the cells of the sweep's folder.
    ///   - acceptsOtherPlans: whether results of another plan are judged and marked, not refused.
    /// - Throws: ``StorageError`` for results that cannot be read, or of another plan.
    public func verdict(
        results path: String? = nil, acceptsOtherPlans: Bool = false
    ) throws -> StudyVerdict {
        let results: Results
        if let path {
            results = try Results.read(path)
        } else {
            results = try SweepCollection(sweep).results
        }
        return try StudyVerdict(
            plan, results, path: path ?? sweep.folder, acceptsOtherPlans: acceptsOtherPlans)
    }

    /// The fine-tuned pairs and starting models that the plan has for a claim.
    ///
    /// A pair of a contrast is two matched pairs, as in the verdict.
    func planned(_ claim: StudyClaim) -> (pairs: Int, startingModels: Int) {
        var starts: [[String: String]: [String]] = [:]
        for cell in sweep.cells where cell.scenario == plan.pair.first {
            var labels = Dictionary(
                cell.labels.map { ($0.axis, $0.label) }, uniquingKeysWith: { first, _ in first })
            labels[SweepAxis.scenario] = nil
            let isIncluded = claim.levels.allSatisfy { axis, levels in
                labels[axis].map(levels.contains) ?? false
            }
            guard isIncluded else { continue }
            if let contrast = claim.contrast {
                let level = labels.removeValue(forKey: contrast.axis)
                guard level == contrast.first || level == contrast.second else { continue }
            }
            starts[labels, default: []].append(cell.keys.start)
        }
        let wanted = claim.contrast == nil ? 1 : 2
        let complete = starts.values.filter { $0.count == wanted }
        return (complete.count, Set(complete.map { Set($0) }).count)
    }
}
