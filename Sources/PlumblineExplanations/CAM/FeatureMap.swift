import PlumblineModels
import PlumblineTensors

/// A layer's output as an image of features, whose importance class activation maps weigh.
struct FeatureMap {
    /// The layer's output as part of the graph, and what is read of it.
    let output: Tensor, values: Tensor
    let layout: FeatureLayout

    /// What is captured of `layer`; of the last feature layer where `nil`.
    static func captures(_ model: any Classifier, layer: String?) -> Captures {
        Captures(features: [name(model, layer)])
    }

    /// What `trace` captured of `layer`.
    init(_ trace: Trace, _ model: any Classifier, layer: String?) {
        let name = Self.name(model, layer)
        guard let feature = trace.feature(name) else {
            // Not reached from outside: check(_:) throws for a layer that the model does not list.
            preconditionFailure("\(model.name) lists its layer \(name) and does not note it")
        }
        output = feature.output
        values = feature.values
        layout = model.featureLayout
    }

    private static func name(_ model: any Classifier, _ layer: String?) -> String {
        layer ?? model.featureLayers.last ?? ""
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

    public func captures(of model: any Classifier) -> Captures? {
        FeatureMap.captures(model, layer: layer)
    }
}

extension Subject {
    /// A forward pass, shared or its own, and what it has of `layer`.
    func featureMap(layer: String?) -> (trace: Trace, features: FeatureMap) {
        let trace = traced(FeatureMap.captures(model, layer: layer))
        return (trace, FeatureMap(trace, model, layer: layer))
    }

    /// A map of a layer's resolution as relevance: its positive part, resized to the image
    /// (half-pixel centres), `[batch, height, width, 1]`.
    func activationMap(_ map: Tensor) -> Tensor {
        let shape = map.shape
        return map.relu().reshaped([shape[0], shape[1], shape[2], 1]).resized(
            height: image.shape[1], width: image.shape[2])
    }
}
