/// The numbers that a claim is about, and the starting models that they depend on.
struct ClaimSample {
    /// One per fine-tuned pair, or per pair of matched pairs in a contrast.
    var values: [Double] = []
    var starts: [String] = []
    /// Of each fine-tuned pair that takes part.
    var aurocChanges: [(first: Double, second: Double)] = []
    var aurocStarts: [String] = []
    /// Pairs whose AUROC, or that of their starting model, is not known.
    var withoutAUROC = 0
    /// Pairs of a contrast without a partner.
    var unmatched = 0
    /// Pairs without a value of the metric.
    var withoutValue = 0

    init(_ claim: StudyClaim, _ pairs: StudyPairs) {
        let key = pairs.keys.first { $0.metric == claim.metric && $0.part == claim.part }
        let members = pairs.pairs.filter { pair in
            claim.includes(pair.labels)
                && (claim.explanation.isEmpty
                    ? pair.isTrainedThrough : pair.explanation == claim.explanation)
        }
        let valued = members.filter { pair in key.map { pair.gaps[$0] != nil } ?? false }
        withoutValue = members.count - valued.count
        guard let key else { return }
        guard let contrast = claim.contrast else {
            for pair in valued { add(pair.gaps[key]!, [pair]) }
            return
        }
        let side = { (level: String) in valued.filter { $0.labels[contrast.axis] == level } }
        var partners: [[String: String]: StudyPair] = [:]
        for pair in side(contrast.second) { partners[Self.rest(pair, contrast)] = pair }
        for pair in side(contrast.first) {
            guard let partner = partners.removeValue(forKey: Self.rest(pair, contrast)) else {
                unmatched += 1
                continue
            }
            add(pair.gaps[key]! - partner.gaps[key]!, [pair, partner])
        }
        unmatched += partners.count
    }

    /// The mean value of each starting model, in the order of their names.
    var startMeans: [Double] {
        var groups: [String: [Double]] = [:]
        for (value, start) in zip(values, starts) { groups[start, default: []].append(value) }
        return groups.keys.sorted().map { start in
            let own = groups[start]!.sorted()
            return own.reduce(0, +) / Double(own.count)
        }
    }

    /// The labels of all axes but that of the contrast.
    private static func rest(
        _ pair: StudyPair, _ contrast: StudyClaim.Contrast
    ) -> [String: String] {
        var labels = pair.labels
        labels[contrast.axis] = nil
        labels[""] = pair.isTrainedThrough ? "" : pair.explanation
        return labels
    }

    private mutating func add(_ value: Double, _ pairs: [StudyPair]) {
        values.append(value)
        // Both starting models of a contrast; they are one where it is about the fine-tune.
        starts.append(Set(pairs.map(\.start)).sorted().joined(separator: " & "))
        for pair in pairs {
            guard let changes = pair.aurocChanges else {
                withoutAUROC += 1
                continue
            }
            aurocChanges.append(changes)
            aurocStarts.append(pair.start)
        }
    }
}
