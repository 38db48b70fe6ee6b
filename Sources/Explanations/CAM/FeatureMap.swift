import Models
import Tensors

/// A layer's output as an image of features, whose importance class activation maps weigh.
struct FeatureMap {
    /// The layer's output as part of the graph, and what is read of it.
    let output: Tensor, values: Tensor
    let layout: FeatureLayout

    /// Runs the model and takes the output of `layer`; the last feature layer where `nil`.
    static func computed(
        _ model: any Classifier, _ image: Tensor, _ pass: Pass, layer: String?
    ) -> (logits: Tensor, features: FeatureMap) {
        let layer = layer ?? model.featureLayers.last ?? ""
        pass.wantedFeatures.insert(layer)
        let logits = model.logits(image, pass)
        guard let feature = pass.features[layer] else {
            // Not reached from outside: check(_:) throws for a layer that the model does not list.
            preconditionFailure("\(model.name) lists its layer \(layer) and does not note it")
        }
        let features = FeatureMap(
            output: feature.output, values: feature.values, layout: model.featureLayout)
        return (logits, features)
    }

    /// What the subject's shared forward noted of `layer`; a forward of its own where the subject
    /// shares none, or one that did not note the layer.
    static func noted(
        _ subject: Subject, layer: String?
    ) -> (logits: Tensor, features: FeatureMap) {
        let name = layer ?? subject.model.featureLayers.last ?? ""
        guard let logits = subject.logits, let feature = subject.pass.features[name] else {
            // A forward that was shared has moved the running statistics already.
            let pass = subject.logits == nil ? subject.pass : subject.pass.repeated
            return computed(subject.model, subject.image, pass, layer: layer)
        }
        let features = FeatureMap(
            output: feature.output, values: feature.values, layout: subject.model.featureLayout)
        return (logits, features)
    }

    /// Where the gradient is taken.
    func source(_ convention: CAMConvention) -> Tensor {
        switch convention {
        case .library: output
        case .formula: values
        }
    }

    /// `x`, laid out as the output is, as `[batch, height, width, channels]`: tokens without their
    /// class token as their grid.
    func grid(_ x: Tensor) -> Tensor {
        guard layout == .tokens else { return x }
        let tokens = x.shape[1] - 1, side = squareSide(tokens)
        return x.sliced(1, 1..<(tokens + 1)).reshaped([x.shape[0], side, side, x.shape[2]])
    }
}

/// Which features a class activation map's gradient is of, where a model reads other values of a
/// layer than the layer's output: torchvision's DenseNet, which rectifies its last norm in place.
public enum CAMConvention: String, Sendable, CaseIterable {
    /// pytorch-grad-cam's: the values after the ReLU, the gradient before it.
    case library
    /// The papers': values and gradient of one and the same tensor, after the ReLU. With it
    /// Grad-CAM equals CAM up to a factor on a network that pools these features.
    case formula
}

/// A method that weighs one layer's features.
public protocol FeatureMapExplanation: Explanation {
    /// The layer of the features; the model's last by default.
    var layer: String? { get }
}

extension FeatureMapExplanation {
    public func check(_ model: any Classifier) throws {
        guard !model.featureLayers.isEmpty else {
            throw ExplanationError(
                "\(name) needs a layer of features, and \(model.name) has none; "
                    + "gradient and rise work on it"
            )
        }
        guard let layer, !model.featureLayers.contains(layer) else { return }
        throw ExplanationError(
            "\(name): \(model.name) has no layer \(layer); there are "
                + model.featureLayers.joined(separator: ", ")
        )
    }

    public func forward(_ model: any Classifier, _ image: Tensor, _ pass: Pass) -> Tensor {
        FeatureMap.computed(model, image, pass, layer: layer).logits
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
