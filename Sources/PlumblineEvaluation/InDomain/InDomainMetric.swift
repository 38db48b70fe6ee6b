import PlumblineData
import PlumblineTensors

/// A metric that removes pixels and asks a model that was adapted to such images.
///
/// Both the map and the answers are of the adapted model (``ComparisonModels/adapted``), as in the
/// published code. An answer to an image with removed pixels is then no answer to a foreign kind of
/// image, so scores of different models can be compared.
public protocol InDomainMetric: Metric {
    /// What was removed from the images that the model was adapted to.
    var removal: PixelRemoval { get }
}

extension InDomainMetric {
    public var needs: Needs { [.map, .explanation, .adaptedModel] }
}

extension Evidence {
    /// The same image under the adapted model: its logits, and its map by the same method.
    ///
    /// - Returns: `nil` if there is no such model.
    /// - Throws: what the explanation throws.
    func adapted(to removal: PixelRemoval) throws -> Evidence? {
        guard let model = probe.comparisons.adapted[removal] else { return nil }
        let probe = probe.of(model)
        let relevance = try probe.relevance(of: image, seed: seed)
        return Evidence(
            id: id, group: group, target: target, logits: probe.logits(image).values,
            image: image, black: black, white: white, explanation: explanation,
            relevance: relevance.reshaped(Array(relevance.shape.dropFirst())), probe: probe,
            seed: seed)
    }
}
