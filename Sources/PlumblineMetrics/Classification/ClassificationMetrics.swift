/// The area under the ROC curve as the Mann-Whitney statistic.
///
/// Equal scores count half. From 0 to 1; higher is better.
///
/// - Parameter labels: as many as scores.
/// - Returns: missing without images, if a score is not finite, or if all labels are the same.
public func areaUnderROC(scores: [Double], labels: [Bool]) -> Measured {
    if let reason = defect(scores, labels) { return .missing(reason) }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var rankSum = 0.0
    var start = 0
    while start < order.count {
        var end = start
        while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
        let rank = Double(start + 1 + end) / 2
        for index in order[start..<end] where labels[index] { rankSum += rank }
        start = end
    }
    let positives = Double(labels.filter { $0 }.count)
    let negatives = Double(labels.count) - positives
    return .value((rankSum - positives * (positives + 1) / 2) / (positives * negatives))
}

/// Average precision: the sum of precision over the steps of recall, with one step for equal
/// scores.
///
/// This is scikit-learn's definition. From 0 to 1; higher is better.
///
/// - Parameter labels: as many as scores.
/// - Returns: missing as for ``areaUnderROC(scores:labels:)``.
public func averagePrecision(scores: [Double], labels: [Bool]) -> Measured {
    if let reason = defect(scores, labels) { return .missing(reason) }
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    let positives = Double(labels.filter { $0 }.count)
    var hits = 0.0
    var total = 0.0
    var start = 0
    while start < order.count {
        var end = start
        var newHits = 0.0
        while end < order.count, scores[order[end]] == scores[order[start]] {
            if labels[order[end]] { newHits += 1 }
            end += 1
        }
        hits += newHits
        total += newHits / positives * hits / Double(end)
        start = end
    }
    return .value(total)
}

/// The share of right decisions at `threshold`.
///
/// From 0 to 1; higher is better.
///
/// - Returns: missing without images, or if a score is not finite.
public func accuracy(scores: [Double], labels: [Bool], threshold: Double = 0.5) -> Measured {
    if scores.isEmpty { return .missing(.noImages) }
    if scores.contains(where: { !$0.isFinite }) { return .missing(.notFinite) }
    let right = zip(scores, labels).filter { ($0 >= threshold) == $1 }.count
    return .value(Double(right) / Double(scores.count))
}

/// `2 TP / (2 TP + FP + FN)` at `threshold`.
///
/// From 0 to 1; higher is better.
///
/// - Returns: missing without images, if a score is not finite, or if no image is positive.
public func f1Score(scores: [Double], labels: [Bool], threshold: Double = 0.5) -> Measured {
    if scores.isEmpty { return .missing(.noImages) }
    if scores.contains(where: { !$0.isFinite }) { return .missing(.notFinite) }
    var hits = 0.0
    var errors = 0.0
    for (score, label) in zip(scores, labels) {
        if score >= threshold, label {
            hits += 1
        } else if (score >= threshold) != label {
            errors += 1
        }
    }
    return labels.contains(true) ? .value(2 * hits / (2 * hits + errors)) : .missing(.oneClassOnly)
}

/// Why scores have no area or precision; `nil` if they have.
private func defect(_ scores: [Double], _ labels: [Bool]) -> MissingReason? {
    precondition(scores.count == labels.count, "\(scores.count) scores for \(labels.count) labels")
    if scores.isEmpty { return .noImages }
    if scores.contains(where: { !$0.isFinite }) { return .notFinite }
    return labels.contains(true) && labels.contains(false) ? nil : .oneClassOnly
}
