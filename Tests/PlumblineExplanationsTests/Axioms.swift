import Foundation
import PlumblineExplanations
import PlumblineModels
import PlumblineTensors

/// Whether a method keeps an axiom on the hand-made networks.
///
/// Relevance that is drawn or summed over steps is not exact. A difference of at most 5% of the
/// largest value counts as none.
struct Axioms {
    static let names = [
        "completeness", "sensitivity (a)", "dummy", "symmetry", "implementation invariance",
        "linearity",
    ]

    let explanation: any Explanation

    /// - Throws: ``ExplanationError`` for a name that is not registered.
    init(_ method: String) throws {
        var settings = ExplanationSettings()
        settings.steps = 300
        // A mask of RISE costs more than a sample of the others. LIME gives most of its samples
        // little weight.
        settings.samples = ["rise": 400, "lime": 40_000][method] ?? 6000
        settings.segments = 4
        settings.window = 1
        settings.stride = 1
        settings.batch = 2000
        settings.limeRidge = 1e-6
        settings.pixels = -2...2
        explanation = try ExplanationRegistry.make(method, settings)
    }

    /// `nil` where the method is not defined on these networks.
    func verdicts() throws -> [Bool]? {
        guard isDefined(.linear) || isDefined(HandMadeNetwork.linear.withFeatures) else {
            return nil
        }
        return try [
            isComplete(), isSensitive(), ignoresDummies(), isSymmetric(), isInvariant(), isLinear(),
        ]
    }

    private func isDefined(_ network: HandMadeNetwork) -> Bool {
        (try? explanation.check(network)) != nil
    }

    /// The relevance of the four pixels.
    func relevance(_ network: HandMadeNetwork, _ pixels: [Float]) throws -> [Double] {
        let model = isDefined(network) ? network : network.withFeatures
        let request = try Request(
            model: model, image: Tensor(pixels, shape: [1, 2, 2, 1]), targets: [0],
            pass: .evaluation, seeds: [5])
        return try explanation.relevance(of: request).values.map(Double.init)
    }

    private func isSmall(_ difference: Double, _ values: [Double]) -> Bool {
        let largest = values.map(abs).max() ?? 0
        return difference.isFinite && abs(difference) <= 0.05 * max(largest, 1e-3)
    }

    /// The relevance adds up to `f(x) - f(0)`.
    private func isComplete() throws -> Bool {
        try [
            (HandMadeNetwork.linear, [0.5, 1.5, 1, 0.3]), (.and, [1, 0.8, 0.3, 0.4]),
            (.or, [1, 0.8, 0.3, 0.4]), (.xor, [0.9, 0.4, 0.3, 0.4]),
            (.interaction, [1.5, 0.7, 0.4, 0.2]), (.cancellation, [1, 0.7, 1.3, 0.2]),
            (.shattered, [0.55, 0.3, 0.2, 0.1]),
        ].allSatisfy { (network: HandMadeNetwork, pixels: [Float]) in
            let values = try relevance(network, pixels)
            let change = network.value(pixels) - network.value([0, 0, 0, 0])
            return isSmall(values.reduce(0, +) - change, values + [change])
        }
    }

    /// A pixel that alone differs from 0, and alone changes f, has relevance.
    private func isSensitive() throws -> Bool {
        try [
            (HandMadeNetwork.linear, 0, 1.5), (.or, 0, 1.5), (.and, 1, 1.5), (.xor, 1, 1.2),
            (.cancellation, 1, 0.6), (.shattered, 0, 0.55),
        ].allSatisfy { (network: HandMadeNetwork, pixel: Int, value: Float) in
            var pixels: [Float] = [0, 0, 0, 0]
            pixels[pixel] = value
            return abs(try relevance(network, pixels)[pixel]) > 1e-3
        }
    }

    /// A pixel that never changes f has no relevance.
    private func ignoresDummies() throws -> Bool {
        try [
            (HandMadeNetwork.linear, [0.5, 1.5, 1, 0.7], [3]), (.and, [1, 0.8, 0.6, 0.7], [2, 3]),
            (.cancellation, [1, 0.7, 1.3, 0.9], [2, 3]),
            (.interaction, [1.5, 0.7, 0.9, 0.8], [2, 3]),
        ].allSatisfy { (network: HandMadeNetwork, pixels: [Float], dummies: [Int]) in
            let values = try relevance(network, pixels)
            return dummies.allSatisfy { isSmall(values[$0], values) }
        }
    }

    /// Pixels that f treats alike, with equal values, have equal relevance.
    private func isSymmetric() throws -> Bool {
        try [
            (HandMadeNetwork.and, [1, 1, 0.3, 0.5]), (.or, [0.8, 0.8, 0.3, 0.5]),
            (.xor, [0.7, 0.7, 0.3, 0.5]), (.cancellation, [1, 1, 1.3, 0.5]),
        ].allSatisfy { (network: HandMadeNetwork, pixels: [Float]) in
            let values = try relevance(network, pixels)
            return isSmall(values[0] - values[1], values + [network.value(pixels) / 4])
        }
    }

    /// Two networks of one function have one map.
    private func isInvariant() throws -> Bool {
        let doubled = HandMadeNetwork("and", [([2, 2], -2, 0.5)])
        let difference = HandMadeNetwork("difference", [([1, -1], 0, 1)])
        return try [
            (difference, HandMadeNetwork.laterDifference, [1.2, 0.5, 0.3, 0.4]),
            (.sum, .cancellation, [1, 0.7, 1.3, 0.9]),
            (.and, doubled, [1, 0.8, 0.3, 0.4]),
        ].allSatisfy { (first: HandMadeNetwork, second: HandMadeNetwork, pixels: [Float]) in
            let one = try relevance(first, pixels)
            let other = try relevance(second, pixels)
            return zip(one, other).allSatisfy { isSmall($0 - $1, one + other) }
        }
    }

    /// The map of `2 f - 0.5 g` is twice that of f minus half of that of g.
    private func isLinear() throws -> Bool {
        try [
            (HandMadeNetwork.and, HandMadeNetwork.interaction, [1.5, 0.7, 0.3, 0.4]),
            (.or, .cancellation, [1, 0.8, 0.6, 0.4]), (.and, .or, [0.5, 0.52, 0.1, 0.4]),
        ].allSatisfy { (f: HandMadeNetwork, g: HandMadeNetwork, pixels: [Float]) in
            let both = try relevance(.combined(f, 2, g, -0.5), pixels)
            let sum = zip(try relevance(f, pixels), try relevance(g, pixels)).map {
                2 * $0 - 0.5 * $1
            }
            return zip(both, sum).allSatisfy { isSmall($0 - $1, both + sum) }
        }
    }
}
