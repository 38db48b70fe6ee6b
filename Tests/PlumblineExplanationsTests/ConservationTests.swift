import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import XCTest

/// LRP conserves relevance.
final class ConservationTests: XCTestCase {
    func testCompositesConserveRelevanceOnEveryCNN() throws {
        let rules: [(LRPRule, LRPRule, LRPRule?)] = [
            (.zPlus, .epsilon(), nil), (.zPlus, .zPlus, .flat), (.gamma(), .epsilon(), .wSquare),
            (.zPlus, .epsilon(), .zBox(low: -5, high: 5)),
        ]
        for name in ["densenet_mini", "resnet_mini", "vgg_mini"] {
            let model = try sample(name)
            let image = images(2)
            for batchNorm in [LRPComposite.BatchNormRule.pass, .merge] {
                for (convolution, linear, first) in rules {
                    var composite = LRPComposite(name: "test")
                    composite.convolution = convolution
                    composite.linear = linear
                    composite.first = first
                    composite.batchNorm = batchNorm
                    composite.coversFunctions = true
                    composite.ignoresBias = true
                    let sample = try request(model, image)
                    let method = LRP(composite)
                    let relevance = try method.relevance(of: sample)
                    let logits = model.logits(image, .evaluation).picked(sample.targets)
                    for (found, logit) in zip(relevance.sum([1, 2, 3]).values, logits.values) {
                        XCTAssertEqual(
                            found, logit, accuracy: 2e-2 * abs(logit), "\(name), \(composite)")
                    }
                }
            }
        }
    }

    /// The case that zennit leaves open: in DenseNet batch norm and ReLU come before the
    /// convolution.
    ///
    /// Merged, relevance is shared by what the data contribute past the norm's offset, so it
    /// differs from passing, and still sums to the logit.
    func testMergingIsNotPassing() throws {
        let model = try sample("densenet_mini")
        let image = images(2)
        func relevance(_ rule: LRPComposite.BatchNormRule) throws -> [Float] {
            var composite = LRPComposite.named[0]
            composite.batchNorm = rule
            composite.coversFunctions = true
            composite.ignoresBias = true
            return try LRP(composite).relevance(of: request(model, image)).values
        }
        let passed = try relevance(.pass)
        let merged = try relevance(.merge)
        XCTAssertGreaterThan(
            zip(passed, merged).map { abs($0 - $1) }.max()!, 0.05 * passed.map(abs).max()!)
    }

    /// On a network of plain convolutions merging must equal folding: a model whose batch norms do
    /// nothing, and whose weights hold what they did.
    func testMergingEqualsFoldingTheNormIntoItsConvolution() throws {
        let model = try sample("resnet_mini")
        let folded = try sample("resnet_mini")
        let image = images(2)
        let values = Dictionary(
            uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value.detached) })
        let targets = Dictionary(uniqueKeysWithValues: folded.parameters.map { ($0.name, $0) })
        for name in values.keys where name.hasSuffix("running_var") {
            let norm = String(name.dropLast("running_var".count))
            let convolution = norm.replacingOccurrences(of: "bn", with: "conv")
                .replacingOccurrences(of: "downsample.1", with: "downsample.0")
            let scale = values[norm + "weight"]! / (values[name]! + 1e-5).sqrt()
            let weight = targets[convolution + "weight"]!
            weight.assign(weight.value.detached * scale.reshaped([-1, 1, 1, 1]))
            targets[norm + "bias"]!.assign(
                values[norm + "bias"]! - values[norm + "running_mean"]! * scale)
            targets[norm + "weight"]!.assign(.full(scale.shape, (1 + 1e-5).squareRoot()))
            targets[norm + "running_mean"]!.assign(.zeros(scale.shape))
            targets[norm + "running_var"]!.assign(.ones(scale.shape))
        }
        var composite = LRPComposite.named[0]
        composite.batchNorm = .merge
        composite.coversFunctions = true
        let a = try LRP(composite).relevance(of: request(model, image)).values
        let b = try LRP(composite).relevance(of: request(folded, image)).values
        XCTAssertLessThan(zip(a, b).map { abs($0 - $1) }.max()!, 2e-4 * b.map(abs).max()!)
    }

    /// AttnLRP: with queries of zero the softmax keeps half of what passes each attention, all else
    /// goes to the image and to what is added on the way: biases, positions, the class token.
    func testAttnLRPAccountsForTheLogit() throws {
        for name in ["vit_mini", "swin_mini"] {
            let model = try sample(name)
            let image = images(2).asVariable
            for parameter in model.parameters where parameter.name.contains("attn.qkv") {
                let third = parameter.shape[0] / 3
                let kept = parameter.value.detached.sliced(0, third..<(3 * third))
                parameter.assign(kept.padded(0, before: third, after: 0))
            }
            for parameter in model.parameters where parameter.name.contains("relative_position") {
                parameter.assign(.zeros(parameter.shape))
            }
            let trace = model.trace(
                image, .evaluation,
                capturing: Captures(features: Set(model.traits.featureLayers), layerInputs: true))
            let logits = trace.logits.picked([0, 1])
            let isAdded = { (name: String) in
                name.hasSuffix("bias") || ["pos_embed", "cls_token"].contains(name)
            }
            let sources = model.trainableParameters.filter { isAdded($0.name) }
            let features = model.traits.featureLayers.map { trace.feature($0)!.output }
            let found = propagated(
                from: logits, to: [image] + features + sources.map(\.value), upstream: nil,
                policy: AttnLRPPolicy(), createGraph: false)
            func share(_ x: Tensor, _ g: Tensor) -> Double {
                zip(x.values, g.values).map { Double($0) * Double($1) }.reduce(0, +)
            }
            var total = share(image, found[0])
            for (parameter, g) in zip(sources, found[(1 + features.count)...]) {
                total += share(parameter.value, g)
                // The share of the value's bias is halved at the softmax like the rest.
                if parameter.name.hasSuffix("attn.qkv.bias") { total += share(parameter.value, g) }
            }
            // As much stays at each softmax as arrives at the norm before it.
            for (x, g) in zip(features, found[1...]) { total += share(x, g) }
            let logit = logits.values.map(Double.init).reduce(0, +)
            XCTAssertEqual(total, logit, accuracy: 2e-4 * max(1, abs(logit)), name)
        }
    }

    /// One attention: `sum x g` over queries, keys and values against the halves that equation 15
    /// of arXiv 2402.05602 gives.
    func testAttentionSharesItsRelevance() {
        var random = RandomGenerator(seed: 3)
        let qkv = Tensor.normal([2, 5, 3 * 8], using: &random).asVariable
        let g = Tensor.normal([2, 5, 8], using: &random)
        let output = keepingLayerInputs { qkv.attention(heads: 2) }
        let passed = propagated(
            from: output, to: [qkv], upstream: g, policy: AttnLRPPolicy(), createGraph: false)[0]
        let parts = zip(qkv.split([8, 8, 8], axis: 2), passed.split([8, 8, 8], axis: 2)).map {
            ($0 * $1).sum().item
        }
        let arrived = (output * g).sum().item
        XCTAssertEqual(parts[2], arrived / 2, accuracy: 1e-4)
        XCTAssertEqual(parts[0], parts[1], accuracy: 1e-4)
        let (open, weights) = qkv.exposedAttention(heads: 2)
        let towardsWeights = gradient(of: open, withRespectTo: [weights], upstream: g)[0]
        let a = weights.detached
        let ds = a * (towardsWeights - (a * towardsWeights).sum([-1], keepingDimensions: true))
        let q = qkv.split([8, 8, 8], axis: 2).map {
            $0.detached.reshaped([2, 5, 2, 4]).transposed([0, 2, 1, 3]).reshaped([4, 5, 4])
        }
        let scores = q[0].matmul(q[1], otherTransposed: true).reshaped([2, 2, 5, 5]) * 0.5
        XCTAssertEqual(parts[0] + parts[1], (scores * ds).sum().item / 2, accuracy: 1e-4)
    }
}
