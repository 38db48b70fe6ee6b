import PlumblineMetrics
import PlumblineTensors

/// How much the map changes in a small neighbourhood of the image, at worst.
///
/// Four published measures over the same samples: the noise is uniform in a cube around the image,
/// in the units of the model's input.
public struct LocalStability: Metric {
    let samples: Int
    let radius: Float

    public init(samples: Int = 10, radius: Float = 0.02) {
        self.samples = samples
        self.radius = radius
    }

    private static let smallest = 1e-6

    public var quantity: Quantity {
        Quantity(
            "max_sensitivity", direction: .lowerIsBetter,
            definition: "max over \(samples) samples of |R(x + e) - R(x)| / |R(x)|, e uniform in "
                + "-\(radius) ... \(radius); Yeh et al., arXiv 1901.09392, definition 2.2")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "local_lipschitz", direction: .lowerIsBetter,
                definition: "max |R(x + e) - R(x)| / |e|; Alvarez-Melis & Jaakkola, "
                    + "arXiv 1806.08049"),
            Quantity(
                "relative_input_stability", direction: .lowerIsBetter,
                definition: "max |(R(x + e) - R(x)) / R(x)| / |e / x|; Agarwal et al., "
                    + "arXiv 2203.06877, eq. 2"),
            Quantity(
                "relative_output_stability", direction: .lowerIsBetter,
                definition: "max |(R(x + e) - R(x)) / R(x)| / |f(x + e) - f(x)|; Agarwal et al., "
                    + "arXiv 2203.06877, eq. 5"),
        ]
    }

    public var needs: Needs { [.map, .explanation] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        let original = evidence.pixelRelevance()
        if original.orderDefect == .notFinite { return missing(.notFinite) }
        let size = Self.length(original.values.map(Double.init))
        guard size > 0 else { return missing(.noRelevance) }
        var random = RandomGenerator(seed: evidence.seed)
        let noise = (0..<samples).map { _ in
            (0..<evidence.input.count).map { _ in random.uniform(-radius, radius) }
        }
        func disturb(_ index: Int, _ pixels: inout [Float]) {
            for place in pixels.indices { pixels[place] += noise[index][place] }
        }
        let maps = try evidence.maps(count: samples, change: disturb)
        if let defect = maps.compactMap(\.orderDefect).first(where: { $0 == .notFinite }) {
            return missing(defect)
        }
        let logits = evidence.logits(count: samples, change: disturb)
        var worst = [Double](repeating: 0, count: 4)
        for (sample, map) in maps.enumerated() {
            let change = zip(map.values, original.values).map { Double($0) - Double($1) }
            let relative = zip(change, original.values).map { $0 / Self.nonzero(Double($1)) }
            let disturbance = noise[sample].map(Double.init)
            let relativeNoise = zip(disturbance, evidence.input).map {
                $0 / Self.nonzero(Double($1))
            }
            let answer = zip(logits[sample], evidence.logits).map { Double($0) - Double($1) }
            let values = [
                Self.length(change) / size,
                Self.length(change) / max(Self.length(disturbance), Self.smallest),
                Self.length(relative) / max(Self.length(relativeNoise), Self.smallest),
                Self.length(relative) / max(Self.length(answer), Self.smallest),
            ]
            for place in worst.indices { worst[place] = max(worst[place], values[place]) }
        }
        return zip(quantities, worst).map { Score($0.name, .value($1)) }
    }

    private static func length(_ values: [Double]) -> Double {
        values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }

    /// A divisor that is not 0.
    private static func nonzero(_ value: Double) -> Double {
        abs(value) < smallest ? (value < 0 ? -smallest : smallest) : value
    }
}
