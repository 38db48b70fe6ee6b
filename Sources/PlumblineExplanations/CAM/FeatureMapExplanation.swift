import PlumblineModels
import PlumblineTensors

/// A method that weighs the features of one layer.
public protocol FeatureMapExplanation: Explanation {
    /// The layer of the features; `nil` for the model's last feature layer.
    var layer: String? { get }
}

extension FeatureMapExplanation {
    public func check(_ model: any Classifier) throws {
        let layers = model.traits.featureLayers
        guard !layers.isEmpty else {
            throw ExplanationError(
                "\(name) needs a layer of features, and \(model.name) has none; "
                    + "gradient and rise work on it")
        }
        guard let layer, !layers.contains(layer) else { return }
        throw ExplanationError(
            "\(name): \(model.name) has no layer \(layer); there are "
                + layers.joined(separator: ", "))
    }

    public func captures(of model: any Classifier) -> Captures? {
        FeatureMap.captures(model, layer: layer)
    }

    /// The layer's features in a trace.
    ///
    /// - Throws: ``ExplanationError`` if the trace does not fit.
    func featureMap(_ trace: Trace, _ request: Request) throws -> FeatureMap {
        try require(trace, for: request)
        return try FeatureMap(trace, request.model, layer: layer, for: name)
    }
}
