import PlumblineData
import PlumblineEvaluation
import PlumblineMetrics
import PlumblineTensors
import XCTest

/// Metrics that need a map and annotations alone.
final class MapMetricTests: XCTestCase {
    private static let side = 12

    private func box(_ rows: Range<Int>, _ columns: Range<Int>) -> Mask {
        var mask = Mask(height: Self.side, width: Self.side)
        for y in rows { for x in columns { mask.pixels[y * Self.side + x] = true } }
        return mask
    }

    private func evidence(_ relevance: Tensor, isCorrect: Bool? = true) -> MapEvidence {
        let mask = box(2..<6, 3..<9)
        let boxes = box(2..<7, 3..<9)
        let wing = box(2..<4, 3..<9)
        let other = box(8..<12, 0..<4)
        return MapEvidence(
            id: "image", relevance: relevance,
            annotations: Annotations(
                mask: { mask }, boxes: { boxes }, parts: { [("wing", wing)] },
                otherClasses: { other }),
            isCorrect: isCorrect)
    }

    private func noise(_ seed: UInt64, channels: Int = 3) -> Tensor {
        var random = RandomGenerator(seed: seed)
        return Tensor(
            (0..<Self.side * Self.side * channels).map { _ in random.uniform(-1, 1) },
            shape: [Self.side, Self.side, channels])
    }

    private func mapMetrics() throws -> [any MapMetric] {
        try MetricRegistry.all().compactMap { $0 as? any MapMetric }
    }

    func testEveryMetricHasAValue() throws {
        let metrics = try mapMetrics()
        XCTAssertGreaterThan(metrics.count, 30)
        let scores = try evidence(noise(1)).scores(metrics)
        // A tolerance of 15 pixels reaches everywhere in an image of 12.
        for score in scores where score.metric != "pointing_game_corrected" {
            XCTAssertNotNil(score.value.value, "\(score.metric): \(score.value)")
        }
        let names = Set(scores.map(\.metric))
        XCTAssertEqual(names, Set(metrics.flatMap { $0.quantities.map(\.name) }))
    }

    /// A map of one channel is rectified without operations on tensors, others with them.
    func testOneChannelIsPooledAsSeveral() throws {
        let one = noise(3, channels: 1)
        let two = concatenate([one, one * 0], axis: 2)
        for pooling in [Pooling.positive, .signed] {
            XCTAssertEqual(
                try evidence(one).heatMap(pooling).values, try evidence(two).heatMap(pooling).values
            )
        }
        let metrics = try mapMetrics()
        XCTAssertEqual(try evidence(one).scores(metrics), try evidence(two).scores(metrics))
        // Without a negative value both poolings are one map.
        let positive = withoutGradients { one.relu() }
        XCTAssertEqual(
            try evidence(positive).scores(metrics),
            try evidence(concatenate([positive, positive * 0], axis: 2)).scores(metrics))
    }

    /// The map of a prior is shared by images of one size.
    func testASharedPriorChangesNoScore() throws {
        let metrics = try mapMetrics()
        let priors = CentrePriors()
        for seed in 1...3 as ClosedRange<UInt64> {
            let mask = box(1..<4, 2..<(5 + Int(seed)))
            let annotations = Annotations(mask: { mask }, boxes: { mask })
            let shared = MapEvidence(
                id: "image", relevance: noise(seed), annotations: annotations, priors: priors)
            let alone = MapEvidence(
                id: "image", relevance: noise(seed), annotations: annotations)
            XCTAssertEqual(try shared.scores(metrics), try alone.scores(metrics))
        }
    }

    /// Every degenerate input gives a reason, and none a number that means nothing.
    func testEveryMetricKnowsWhatItCannotScore() throws {
        let shape = [Self.side, Self.side, 1]
        let count = Self.side * Self.side
        let constant = Tensor([Float](repeating: 1, count: count), shape: shape)
        let broken = Tensor([Float](repeating: .nan, count: count), shape: shape)
        for metric in try mapMetrics() {
            let name = metric.name
            for score in try evidence(broken).scores([metric]) where !isOfTheMaskAlone(score) {
                XCTAssertEqual(score.value.reason, .notFinite, "\(name): \(score.metric)")
            }
            // A constant map has an entropy, but no order.
            for score in try evidence(constant).scores([metric])
            where metric.needs.contains(.mask) && !isOfTheMaskAlone(score) {
                XCTAssertEqual(score.value.reason, .constantMap, "\(name): \(score.metric)")
            }
            let bare = MapEvidence(id: "image", relevance: noise(2))
            for score in try bare.scores([metric])
            where !metric.needs.isDisjoint(with: [.mask, .box, .parts, .correctness]) {
                XCTAssertNotNil(score.value.reason, "\(name): \(score.metric)")
            }
        }
    }

    /// A mask without a box, as a reader of boxes may find.
    func testAMissingBoxIsNoMissingMask() throws {
        let mask = box(2..<6, 3..<9)
        let evidence = MapEvidence(
            id: "image", relevance: noise(4), annotations: Annotations(mask: { mask }))
        let metrics = try ["energy_pointing_game", "mass_accuracy"].map {
            try MetricRegistry.make($0) as! any MapMetric
        }
        let scores = try evidence.scores(metrics)
        XCTAssertEqual(scores[0].value.reason?.rawValue, "no box")
        XCTAssertNotNil(scores[1].value.value)
    }

    /// Chance levels of most metrics follow from the mask, or from the centre prior.
    private func isOfTheMaskAlone(_ score: Score) -> Bool {
        ["_chance", "_centre"].contains { score.metric.hasSuffix($0) }
            || score.metric == "mask_area_share"
    }

    /// The mean over shuffled maps is the chance level.
    func testChanceIsTheMeanOverShuffledMaps() throws {
        var random = RandomGenerator(seed: 5)
        let values = noise(3, channels: 1).values
        let names = [
            "mass_accuracy", "rank_accuracy", "saliency_coverage", "iou", "iou:top_0.1", "dice",
            "explanation_coverage", "ground_truth_coverage:otsu", "pointing_game:2", "hit_rate",
            "energy_pointing_game", "top_k_intersection:0.1", "mask_auroc",
            "mask_average_precision",
        ]
        let metrics = try names.map { try MetricRegistry.make($0) as! any MapMetric }
        var sums = [Double](repeating: 0, count: names.count)
        let rounds = 2000
        for _ in 0..<rounds {
            let shuffled = Tensor(
                values.shuffled(using: &random), shape: [Self.side, Self.side, 1])
            let scores = try evidence(shuffled).scores(metrics)
            for (place, name) in names.enumerated() {
                sums[place] += scores.first { $0.metric == name }!.value.value!
            }
        }
        let original = evidence(Tensor(values, shape: [Self.side, Self.side, 1]))
        for (name, sum) in zip(names, sums) {
            let chance = try XCTUnwrap(MetricRegistry.make("\(name)_chance") as? any MapMetric)
            let scores = try original.scores([chance])
            let level = try XCTUnwrap(scores[0].value.value)
            // Four standard errors of a score in 0 ... 1 at most.
            XCTAssertEqual(sum / Double(rounds), level, accuracy: 0.045, name)
            let score = try XCTUnwrap(
                original.scores([MetricRegistry.make(name) as! any MapMetric])[0].value.value)
            XCTAssertEqual(
                scores[2].value.value!, (score - level) / (1 - level), accuracy: 1e-12, name)
        }
    }

    func testTheCaseOfAnImage() throws {
        let inside = Tensor(
            box(2..<6, 3..<9).pixels.map { $0 ? 1 : 0 }, shape: [Self.side, Self.side, 1])
        let cases = try MetricRegistry.make("shared_interest_case") as! any MapMetric
        func found(_ isCorrect: Bool?) throws -> [String] {
            try evidence(inside, isCorrect: isCorrect).scores([cases])
                .filter { $0.value.value == 1 }.compactMap(\.part)
        }
        XCTAssertEqual(try found(true), ["human_aligned"])
        XCTAssertEqual(try found(false), ["confuser"])
        XCTAssertEqual(try found(nil), [])
    }

    func testOptionsOfNames() throws {
        XCTAssertEqual(try MetricRegistry.make("iou:otsu").name, "iou:otsu")
        for (name, words) in [
            ("iou:ostu", "rules are"), ("mass_accuracy:3", "takes no option"),
            ("pointing_game:-1", "from 0 to 1000"), ("ph:1", "from 0 to below 1"),
            ("top_k_intersection:0", "above 0"), ("deletion:white", "blur, black or mean"),
            ("irof:slic", "slic_N"), ("irof:grid_0", "1 to 1000 pixels"),
            ("infidelity:lrp", "gradient or contribution"), ("deletion:inverse", "autotimm"),
            ("sparseness_chance", "no chance level"), ("iuo", "did you mean"),
        ] {
            XCTAssertThrowsError(try MetricRegistry.make(name)) {
                XCTAssertTrue("\($0)".contains(words), "\($0)")
            }
        }
    }
}
