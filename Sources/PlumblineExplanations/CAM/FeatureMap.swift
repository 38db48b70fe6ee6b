import PlumblineModels
import PlumblineTensors

/// The features of one layer, which class activation maps weigh.
struct FeatureMap {
    /// The layer's output as part of the graph.
    let output: Tensor
    /// What the model reads of the output.
    let values: Tensor
    let layout: FeatureLayout

    /// What must be captured of `layer`, or of the last feature layer if it is `nil`.
    static func captures(_ model: any Classifier, layer: String?) -> Captures {
        Captures(features: [name(model, layer)])
    }

    /// The features of `layer` in a trace.
    ///
    /// - Throws: ``ExplanationError`` if the trace has no such layer.
    init(_ trace: Trace, _ model: any Classifier, layer: String?, for method: String) throws {
        let name = Self.name(model, layer)
        guard let feature = trace.feature(name) else {
            throw ExplanationError(
                "\(method): the forward pass of \(model.name) did not note the layer \(name)")
        }
        output = feature.output
        values = feature.values
        layout = model.traits.featureLayout
    }

    private static func name(_ model: any Classifier, _ layer: String?) -> String {
        layer ?? model.traits.featureLayers.last ?? ""
    }

    /// The tensor that the gradient is taken with respect to.
    func source(_ convention: CAMConvention) -> Tensor {
        switch convention {
        case .library: output
        case .formula: values
        }
    }

    /// A tensor that is laid out as the output, as `[batch, height, width, channels]`.
    ///
    /// Tokens become their grid, without the class token.
    func grid(_ x: Tensor) -> Tensor {
        guard layout == .tokens else { return x }
        let tokens = x.shape[1] - 1
        let side = squareSide(tokens)
        return x.sliced(1, 1..<(tokens + 1)).reshaped([x.shape[0], side, side, x.shape[2]])
    }
}

extension Request {
    /// A map at a layer's resolution as relevance: its positive part, resized bilinearly to the
    /// image with half-pixel centres.
    ///
    /// - Parameter map: `[batch, rows, columns]`
    /// - Returns: `[batch, height, width, 1]`
    func activationMap(_ map: Tensor) -> Tensor {
        let shape = map.shape
        return map.relu().reshaped([shape[0], shape[1], shape[2], 1]).resized(
            height: image.shape[1], width: image.shape[2])
    }
}
