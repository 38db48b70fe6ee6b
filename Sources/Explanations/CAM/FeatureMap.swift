import Models
import Tensors

/// A layer's output as an image of features, whose importance class activation maps weigh.
struct FeatureMap {
    /// The layer's output as part of the graph, and what is read of it.
    let output: Tensor, values: Tensor
    let layout: FeatureLayout

    /// Runs the model and takes the output of `layer`, the last feature layer by default.
    static func forward(_ model: any Classifier, _ image: Tensor, _ pass: Pass, layer: String?)
        -> Tensor
    {
        pass.wantedFeatures.insert(layer ?? model.featureLayers.last!)
        return model.logits(image, pass)
    }

    init(_ subject: Subject, layer: String?) {
        let layer = layer ?? subject.model.featureLayers.last!
        guard let feature = subject.pass.features[layer] else {
            fatalError("\(subject.model.name) did not note its layer \(layer)")
        }
        (output, values, layout) = (feature.output, feature.values, subject.model.featureLayout)
    }

    /// `x`, laid out as the output is, as `[batch, height, width, channels]`: tokens without their
    /// class token as their grid.
    func grid(_ x: Tensor) -> Tensor {
        guard layout == .tokens else { return x }
        let tokens = x.shape[1] - 1, side = squareSide(tokens)
        return x.sliced(1, 1..<(tokens + 1)).reshaped([x.shape[0], side, side, x.shape[2]])
    }
}

/// A method that weighs one layer's features.
public protocol FeatureMapExplanation: Explanation {
    /// The layer of the features; the model's last by default.
    var layer: String? { get }
}

extension FeatureMapExplanation {
    public func check(_ model: any Classifier) throws {
        guard let layer, !model.featureLayers.contains(layer) else { return }
        throw ExplanationError(
            "\(name): \(model.name) has no layer \(layer); there are \(model.featureLayers.joined(separator: ", "))"
        )
    }

    public func forward(_ model: any Classifier, _ image: Tensor, _ pass: Pass) -> Tensor {
        FeatureMap.forward(model, image, pass, layer: layer)
    }
}

extension Subject {
    /// A map of a layer's resolution as relevance: its positive part, resized to the image
    /// (half-pixel centres), `[batch, height, width, 1]`.
    func activationMap(_ map: Tensor) -> Tensor {
        let shape = map.shape
        return map.relu().reshaped([shape[0], shape[1], shape[2], 1]).resized(
            height: image.shape[1], width: image.shape[2])
    }
}
