import PlumblineTensors

/// The squared difference of the standardised map and goal at several scales (harmonization, Fel
/// et al., arXiv 2211.04533, equation 2): `mean_i mean (P_i z(R) - a P_i z(M))^2`.
///
/// R is the mean over channels, not rectified. `z(x) = max(0, (x - mean x) / std x)` with the
/// standard deviation of the population. The goal is scaled by `a = max z(R) / max z(M)`, which
/// counts as a constant. P_i is level i of a pyramid of 5: each is the one before, blurred by the
/// binomial filter 1 4 6 4 1 in both directions with zeros outside, and every second pixel of it.
/// The authors add 1e-5 to the standard deviation, which makes the loss of small gradients vanish;
/// here nothing is added.
///
/// It is from 0 without a limit. A map whose standard deviation is at most 1e-12 has the value 0
/// and the gradient 0, and so has one with a goal that is the same everywhere.
struct HarmonizationLocation: LocationFormula {
    static let levels = 5
    /// A map with this standard deviation or less is constant.
    static let leastDeviation: Float = 1e-12

    func losses(_ relevance: Tensor, _ goals: Tensor, _ settings: LocationLoss) -> Tensor {
        var map = Self.standardised(relevance.mean([3]))
        var goal = Self.standardised(goals)
        let highest = map.detached.max([1, 2], keepingDimensions: true)
        let highestOfGoal = goal.max([1, 2], keepingDimensions: true)
        let isDefined = (highest .> 0) * (highestOfGoal .> 0)
        goal = goal * highest / select(isDefined, highestOfGoal, Tensor(1))
        var sum = Tensor.zeros([goals.shape[0]])
        for level in 0..<Self.levels {
            if level > 0 {
                map = Self.halved(map)
                goal = Self.halved(goal)
            }
            sum = sum + (map - goal).power(2).mean([1, 2])
        }
        return sum * isDefined.reshaped([goals.shape[0]]) / Float(Self.levels)
    }

    /// The positive part of `(x - mean) / std` of each map; 0 for a constant map.
    private static func standardised(_ maps: Tensor) -> Tensor {
        let centred = maps - maps.mean([1, 2], keepingDimensions: true)
        // Scaled by its largest value, so that squares of small relevance do not underflow.
        let largest = centred.detached.abs().max([1, 2], keepingDimensions: true)
        let isDefined = largest .> leastDeviation
        let scaled = centred / select(isDefined, largest, Tensor(1))
        let variance = scaled.power(2).mean([1, 2], keepingDimensions: true)
        return (scaled / select(isDefined, variance, Tensor(1)).sqrt()).relu() * isDefined
    }

    /// Blurred, and every second row and column: `[n, h, w]` becomes `[n, (h + 1) / 2, ...]`.
    private static func halved(_ maps: Tensor) -> Tensor {
        let shape = maps.shape
        let rows = filter(shape[1])
        let columns = filter(shape[2])
        let half = maps.reshaped([-1, shape[2]]).matmul(columns, otherTransposed: true)
            .reshaped([shape[0], shape[1], columns.shape[0]]).transposed([0, 2, 1])
        return half.reshaped([-1, shape[1]]).matmul(rows, otherTransposed: true)
            .reshaped([shape[0], columns.shape[0], rows.shape[0]]).transposed([0, 2, 1])
    }

    /// The matrix of the filter along one axis, `[(size + 1) / 2, size]`.
    private static func filter(_ size: Int) -> Tensor {
        let half = (size + 1) / 2
        var values = [Float](repeating: 0, count: half * size)
        for row in 0..<half {
            for (offset, weight) in zip(-2...2, [1, 4, 6, 4, 1] as [Float]) {
                let column = 2 * row + offset
                if (0..<size).contains(column) { values[row * size + column] = weight / 16 }
            }
        }
        return Tensor(values, shape: [half, size])
    }
}
