extension ExplanationRegistry {
    /// A method to be trained through at a layer of the model.
    ///
    /// - Parameter layer: `input` or an empty text for the method as it is; otherwise one of the
    ///   model's feature layers, for `gradient`, `input_x_gradient` and the class activation maps
    ///   of a layer's gradients.
    /// - Throws: ``ExplanationError`` as ``makeDifferentiable(_:_:)``, and for another method.
    public static func makeDifferentiable(
        _ name: String, layer: String, _ settings: ExplanationSettings
    ) throws -> any Explanation {
        guard !["", "input"].contains(layer) else { return try makeDifferentiable(name, settings) }
        switch name {
        case "gradient": return LayerGradient(layer: layer, isTimesFeatures: false)
        case "input_x_gradient": return LayerGradient(layer: layer, isTimesFeatures: true)
        default: break
        }
        var settings = settings
        settings.layer = layer
        let method = try makeDifferentiable(name, settings)
        guard method is any FeatureMapExplanation else {
            throw ExplanationError(
                "align.layer: \(layer) is for gradient, input_x_gradient and the class activation "
                    + "maps of gradients, not for \(name)")
        }
        return method
    }
}
