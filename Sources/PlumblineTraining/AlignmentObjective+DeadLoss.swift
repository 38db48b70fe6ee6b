import PlumblineData
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors

extension AlignmentObjective {
    /// A probability that is nearer to 0 or 1 than this is saturated: its gradient is that much
    /// smaller than the logit's.
    private static let saturated: Float = 1e-4

    public func causeOfDeadLocation(
        _ facts: LocationFacts, in model: any Classifier, _ batches: [Batch]
    ) throws -> String {
        let images = facts.images
        // First, because a saturated probability has a gradient of 0, and so no positive one.
        if quantity == .probability {
            let probabilities = try positiveProbabilities(model, batches)
            let count = probabilities.count { min($0, 1 - $0) < Self.saturated }
            if count * 2 > probabilities.count {
                return "saturated: the probability of \(count) of \(probabilities.count) images "
                    + "is within \(Self.saturated) of 0 or 1; set explanation.of: logit"
            }
        }
        if facts.withoutPositiveRelevance * 2 > images {
            return "rectified away: \(facts.withoutPositiveRelevance) of \(images) maps have no "
                + "positive relevance; set align.rectify: false, or align.output_seed: one"
        }
        if facts.constant * 2 > images {
            return "constant: \(facts.constant) of \(images) maps are the same everywhere; the "
                + "class does not depend on what \(explanation.name) reads"
        }
        return "the maps vary, but the weights barely change them; raise align.lambda, or train "
            + "through another explanation than \(explanation.name)"
    }

    /// The probability of the target of each positive image with a mask.
    private func positiveProbabilities(
        _ model: any Classifier, _ batches: [Batch]
    ) throws -> [Float] {
        try batches.flatMap { batch -> [Float] in
            let targets = try targets(of: batch)
            let logits = withoutGradients { model.logits(batch.image, .evaluation) }
            let values = ExplainedQuantity.probability.values(logits, of: targets, model.output)
            return zip(values.values, batch.masks).compactMap { $1 == nil ? nil : $0 }
        }
    }
}
