import PlumblineExplanations
import PlumblineModels
import PlumblineTensors
import XCTest

final class MethodTests: XCTestCase {
    private var quick: ExplanationSettings {
        var settings = ExplanationSettings()
        settings.steps = 3
        settings.samples = 40
        settings.segments = 9
        settings.sess = .fast
        return settings
    }

    /// Every method on every family: either a finite map of the image's size that depends on
    /// nothing but image, target and seed, or an error that names what works.
    func testEveryPairWorksOrSaysWhatDoes() throws {
        for name in ["densenet_mini", "resnet_mini", "vgg_mini", "vit_mini", "swin_mini"] {
            let model = try sample(name)
            let image = images(2)
            for method in ExplanationRegistry.names + ["sess:gradient"] {
                let explanation = try ExplanationRegistry.make(method, quick)
                do { try explanation.check(model) } catch {
                    XCTAssertTrue("\(error)".contains("work"), "\(name), \(method): \(error)")
                    continue
                }
                let both = try explanation.relevance(
                    of: request(model, image, seeds: [4, 9]))
                XCTAssertEqual(Array(both.shape.dropLast()), [2, 32, 32], "\(name), \(method)")
                // With the gradient at residual sums and layer norms, relevance may grow
                // without bound on transformers.
                if model.traits.attentionKind == .none || !(explanation is LRP) {
                    XCTAssertTrue(both.isFinite, "\(name), \(method)")
                }
                let again = try explanation.relevance(
                    of: request(model, image, seeds: [4, 9]))
                XCTAssertEqual(
                    both.values.map(\.bitPattern), again.values.map(\.bitPattern),
                    "\(name), \(method): not repeatable")
                let alone = try explanation.relevance(
                    of: Request(
                        model: model, image: image.sliced(0, 1..<2), targets: [1],
                        pass: .evaluation, seeds: [9]))
                guard model.traits.attentionKind == .none || !(explanation is LRP) else { continue }
                let second = both.sliced(0, 1..<2).values
                let scale = max(1e-12, second.map(abs).max()!)
                XCTAssertLessThan(
                    zip(second, alone.values).map { abs($0 - $1) }.max()! / scale, 1e-3,
                    "\(name), \(method): depends on its batch mates")
            }
        }
    }

    /// zennit's composites use the gradient at a transformer's residual sums and layer norms:
    /// relevance grows from block to block.
    func testEpsilonPlusDivergesOnTransformers() throws {
        let image = images(1, size: 224)
        for name in ["vit_tiny", "swin_tiny"] {
            let model = try ModelRegistry.make(name, classes: 3)
            let relevance = try ExplanationRegistry.make("lrp_epsilon_plus").relevance(
                of: request(model, image))
            let largest = relevance.values.map(abs).max()!
            XCTAssertTrue(!relevance.isFinite || largest > 1e6, "\(name): \(largest)")
            XCTAssertTrue(
                try AttnLRP().relevance(of: request(model, image)).isFinite, name)
        }
    }

    func testRefusalsNameAlternatives() throws {
        func message(_ method: String, _ model: String) throws -> String {
            do { try ExplanationRegistry.make(method).check(try sample(model)) } catch {
                return "\(error)"
            }
            return "nothing"
        }
        XCTAssertTrue(
            try message("attention_rollout", "resnet_mini").contains(
                "grad_cam and lrp_epsilon_plus work on it"))
        XCTAssertTrue(
            try message("attention_flow", "swin_mini").contains("grad_cam and attn_lrp work on it"))
        XCTAssertTrue(try message("guided_backprop", "vit_mini").contains("smoothgrad"))
        XCTAssertTrue(try message("attn_lrp", "vgg_mini").contains("lrp_epsilon_plus works on it"))
        XCTAssertTrue(try message("cam", "vgg_mini").contains("grad_cam"))
        for method in ["rise", "lime", "score_cam", "eigen_cam", "attention_flow", "sess:gradient"]
        {
            XCTAssertThrowsError(try ExplanationRegistry.makeDifferentiable(method)) { error in
                XCTAssertTrue(
                    "\(error)".contains("these can: gradient, input_x_gradient"), "\(error)")
            }
        }
        XCTAssertThrowsError(try ExplanationRegistry.make("magic"))
        XCTAssertThrowsError(
            try GradCAM(.gradCAM, layer: "layer9").check(try sample("resnet_mini"))
        ) {
            XCTAssertTrue("\($0)".contains("there are layer1, layer2, layer3"))
        }
        for method in ["grad_cam", "score_cam", "eigen_cam", "smoothgrad_cam_plus_plus"] {
            XCTAssertThrowsError(
                try ExplanationRegistry.make(method).check(LinearClassifier(images(1, size: 8)))
            ) {
                XCTAssertTrue("\($0)".contains("plain has none"), "\($0)")
            }
        }
    }

    // On a linear logit the right map is known.

    func testGradientMethodsOnALinearLogit() throws {
        let w = images(1, size: 16, seed: 1)
        let image = images(1, size: 16, seed: 2)
        let model = LinearClassifier(w)
        func values(_ method: String) throws -> [Float] {
            try ExplanationRegistry.make(method, quick).relevance(
                of: request(model, image)
            ).values
        }
        let product = (w * image).values
        for method in ["gradient", "smoothgrad", "guided_backprop", "deconvnet"] {
            assertClose(try values(method), w.values, method)
        }
        for method in ["input_x_gradient", "integrated_gradients"] {
            assertClose(try values(method), product, method)
        }
        assertClose(
            try values("vargrad"), [Float](repeating: 0, count: w.count), "vargrad", tolerance: 1e-2
        )
        for baseline in Baseline.allCases {
            // Completeness: the sum is the difference of the logits.
            let found = try IntegratedGradients(steps: 2, baseline: baseline).relevance(
                of: request(model, image))
            XCTAssertTrue(found.isFinite, "\(baseline)")
        }
        let mean = try IntegratedGradients(steps: 2, baseline: .mean).relevance(
            of: request(model, image)
        ).sum().item
        let start = image.mean([1, 2], keepingDimensions: true).broadcast(to: image.shape)
        XCTAssertEqual(mean, (w * (image - start)).sum().item, accuracy: 1e-3)
    }

    func testPerturbationMethodsOnALinearLogit() throws {
        let w = images(1, size: 16, seed: 1)
        let image = images(1, size: 16, seed: 2)
        let model = LinearClassifier(w)
        let contribution = (w * image).sum([3]).values
        // Occlusion without overlap: a window's own contribution.
        let occluded = try Occlusion(window: 4, stride: 4).relevance(
            of: request(model, image)
        ).values
        for row in 0..<4 {
            for column in 0..<4 {
                let places = (0..<16).map { (row * 4 + $0 / 4) * 16 + column * 4 + $0 % 4 }
                XCTAssertEqual(
                    occluded[places[5]], places.map { contribution[$0] }.reduce(0, +),
                    accuracy: 1e-3)
            }
        }
        // KernelSHAP and LIME: a segment's contribution.
        let pixels = Superpixels(image.mean([3]).values, height: 16, width: 16, targetCount: 6)
        var segments = [Float](repeating: 0, count: pixels.count)
        for (place, label) in pixels.labels.enumerated() { segments[label] += contribution[place] }
        let expected = pixels.labels.map { segments[$0] }
        let shap = try SuperpixelRegression.kernelSHAP(samples: 400, segments: 6, baseline: .zero)
            .relevance(of: request(model, image))
        assertClose(shap.values, expected, "kernel_shap", tolerance: 1e-3)
        var lime = SuperpixelRegression.lime(samples: 400, segments: 6, baseline: .zero)
        lime.kind = .lime(LIMERegression(width: 1, ridge: 1e-6))
        assertClose(
            try lime.relevance(of: request(model, image)).values, expected, "lime",
            tolerance: 1e-3)
        // RISE: more where the logit comes from.
        let bright = Tensor(
            (0..<256).flatMap { [Float]($0 / 16 < 8 ? [1, 1, 1] : [-1, -1, -1]) },
            shape: [1, 16, 16, 3])
        let map = try RISE(samples: 400).relevance(
            of: request(LinearClassifier(bright * 0.02), .ones(image.shape))
        ).values
        XCTAssertGreaterThan(map[..<128].reduce(0, +), map[128...].reduce(0, +) * 1.02)
    }

    func testSuperpixelsCoverTheImageInConnectedPieces() {
        let image = (0..<40 * 30).map { (place: Int) -> Float in
            (place / 30 < 20 ? 0 : 1) + Float(place % 7) * 0.01
        }
        let pixels = Superpixels(image, height: 40, width: 30, targetCount: 12)
        XCTAssertEqual(Set(pixels.labels), Set(0..<pixels.count))
        XCTAssertTrue((6...20).contains(pixels.count), "\(pixels.count)")
        for label in 0..<pixels.count {
            let members = Set(pixels.labels.indices.filter { pixels.labels[$0] == label })
            var reached: Set<Int> = [members.min()!]
            var queue = Array(reached)
            while let place = queue.popLast() {
                var neighbours = [place - 30, place + 30]
                if place % 30 > 0 { neighbours.append(place - 1) }
                if place % 30 < 29 { neighbours.append(place + 1) }
                for other in neighbours
                where members.contains(other) && reached.insert(other).inserted {
                    queue.append(other)
                }
            }
            XCTAssertEqual(reached, members, "segment \(label) is in pieces")
        }
        // The edge between dark and bright is respected nearly everywhere.
        let mixed = Set(pixels.labels[..<600]).intersection(pixels.labels[600...])
        XCTAssertLessThanOrEqual(mixed.count, 2)
    }

    func testAttentionRolloutAgainstItsDefinition() throws {
        let model = try sample("vit_mini")
        let image = images(1)
        let trace = model.trace(image, .evaluation, capturing: Captures(attention: true))
        let tokens = trace.attention[0].shape[2]
        let heads = trace.attention[0].shape[1]
        var rolled = (0..<tokens * tokens).map { $0 / tokens == $0 % tokens ? 1.0 : 0 }
        for weights in trace.attention.map(\.values) {
            var mixed = [Double](repeating: 0, count: tokens * tokens)
            var next = mixed
            for place in mixed.indices {
                for head in 0..<heads {
                    mixed[place] +=
                        Double(weights[head * tokens * tokens + place]) / Double(2 * heads)
                }
                if place / tokens == place % tokens { mixed[place] += 0.5 }
            }
            for place in next.indices {
                for middle in 0..<tokens {
                    next[place] +=
                        mixed[place / tokens * tokens + middle]
                        * rolled[middle * tokens + place % tokens]
                }
            }
            rolled = next
        }
        let side = Int(Double(tokens - 1).squareRoot())
        let expected = Tensor(rolled[1..<tokens].map(Float.init), shape: [1, side, side, 1])
        let found = try AttentionRollout().relevance(of: request(model, image))
        assertClose(
            found.values, expected.resized(height: 32, width: 32).values, "rollout", tolerance: 1e-5
        )
    }

    /// The largest flow equals the smallest cut, tried one by one.
    func testAttentionFlowIsTheSmallestCut() {
        let tokens = 3
        let depth = 3
        var random = RandomGenerator(seed: 21)
        for _ in 0..<5 {
            let capacities = (0..<depth).map { _ in
                (0..<tokens * tokens).map { _ in random.uniform() }
            }
            for patch in 0..<tokens {
                var flow = LayeredFlow(capacities: capacities, tokens: tokens)
                var smallest = Float.infinity
                let nodes = (depth + 1) * tokens
                let source = depth * tokens
                for side in 0..<(1 << nodes) where side >> source & 1 == 1 && side >> patch & 1 == 0
                {
                    var cut: Float = 0
                    for layer in 0..<depth {
                        for i in 0..<tokens where side >> ((layer + 1) * tokens + i) & 1 == 1 {
                            for j in 0..<tokens where side >> (layer * tokens + j) & 1 == 0 {
                                cut += capacities[layer][i * tokens + j]
                            }
                        }
                    }
                    smallest = min(smallest, cut)
                }
                XCTAssertEqual(flow.maximum(to: patch), smallest, accuracy: 1e-4)
            }
        }
    }

    private func assertClose(
        _ found: [Float], _ expected: [Float], _ name: String, tolerance: Float = 1e-4,
        line: UInt = #line
    ) {
        XCTAssertEqual(found.count, expected.count, name, line: line)
        let scale = max(1e-3, expected.map(abs).max() ?? 0)
        XCTAssertLessThan(
            zip(found, expected).map { abs($0 - $1) }.max() ?? 0, tolerance * scale, name,
            line: line)
    }
}
