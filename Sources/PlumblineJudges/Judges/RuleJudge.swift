import PlumblineMetrics

/// Judges by a formula: how much of what is visible is the object, and how much of the object is
/// visible.
///
/// With the weights M of the pixels and the mask G, the precision is `P = sum(M G) / sum(M)` and
/// the recall `R = sum(M G) / sum(G)`. The value is `5 P min(1, R / needed)`: full marks need that
/// nothing but the object is visible, and that a share of it is (0.25 by default). The score is
/// the value rounded to a whole number; the value itself is the expectation. It needs no server,
/// and it is the default.
public struct RuleJudge: Judge {
    public let name = "rule"
    /// The share of the object that must be visible for full marks, above 0 and at most 1.
    public let neededShare: Double

    public init(neededShare: Double = 0.25) {
        precondition(neededShare > 0 && neededShare <= 1, "RuleJudge: \(neededShare)")
        self.neededShare = neededShare
    }

    public func judge(_ question: JudgeQuestion) -> Judgement {
        guard let mask = question.mask else { return Judgement(score: .missing(.noMask)) }
        precondition(
            mask.pixels.count == question.weights.count,
            "RuleJudge: a mask of \(mask.pixels.count) pixels for \(question.weights.count)")
        var visible = 0.0
        var both = 0.0
        for (weight, isInside) in zip(question.weights, mask.pixels) {
            visible += Double(weight)
            both += isInside ? Double(weight) : 0
        }
        let area = mask.area
        guard area > 0 else { return Judgement(score: .missing(.emptyMask)) }
        guard visible > 0 else { return Judgement(score: .missing(.emptyRegion)) }
        let precision = both / visible
        let recall = both / Double(area)
        let value = 5 * precision * min(1, recall / neededShare)
        var judgement = Judgement(score: .value(value.rounded()))
        judgement.expectation = value
        judgement.evaluation =
            "\(percent(precision)) of what is visible is the object; "
            + "\(percent(recall)) of the object is visible"
        judgement.justification =
            "5 x \(percent(precision)) x min(1, \(percent(recall)) / \(percent(neededShare))) "
            + "= \(fixed(value, 2))"
        return judgement
    }
}
