import PlumblineModels
import PlumblineTensors

/// How a tensor of another shape is made to fit, as timm does it: position embeddings of another
/// grid, relative positions of another window, first layers of other channels.
struct WeightAdaptation: CustomStringConvertible {
    private enum Kind {
        case positions(from: Int, to: Int)
        case relativePositions(from: Int, to: Int)
        case channelsSummed
        case channelSpread
    }
    private let kind: Kind
    private let wanted: [Int]

    /// `nil` where no adaptation leads from `shape` to the parameter's.
    init?(_ parameter: Parameter, from shape: [Int]) {
        wanted = parameter.torchShape
        if parameter.name == "pos_embed", shape.count == 3, shape[0] == 1, shape[2] == wanted[2] {
            // One token for the class, the others a square.
            guard let from = Self.root(shape[1] - 1), let to = Self.root(wanted[1] - 1) else {
                return nil
            }
            kind = .positions(from: from, to: to)
        } else if parameter.name.hasSuffix("relative_position_bias_table"), shape.count == 2,
            shape[1] == wanted[1]
        {
            // A window of w tokens a side has 2 w - 1 relative positions a side.
            guard let from = Self.root(shape[0]), let to = Self.root(wanted[0]), from % 2 == 1,
                to % 2 == 1
            else { return nil }
            kind = .relativePositions(from: from, to: to)
        } else if parameter.layout == .convolution, shape.count == 4, shape[0] == wanted[0],
            shape[2...] == wanted[2...], [1, 3].contains(shape[1]), [1, 3].contains(wanted[1])
        {
            kind = wanted[1] == 1 ? .channelsSummed : .channelSpread
        } else {
            return nil
        }
    }

    /// The side of a square of `count` values.
    private static func root(_ count: Int) -> Int? {
        guard count > 0 else { return nil }
        let side = Int(Double(count).squareRoot().rounded())
        return side * side == count ? side : nil
    }

    var description: String {
        switch kind {
        case .positions(let from, let to):
            "\(from) x \(from) positions resampled to \(to) x \(to)"
        case .relativePositions(let from, let to):
            "window of \((from + 1) / 2) resampled to \((to + 1) / 2)"
        case .channelsSummed: "its three input channels summed to one"
        case .channelSpread: "its one input channel spread over three"
        }
    }

    func callAsFunction(_ value: Tensor) -> Tensor {
        switch kind {
        case .positions(let from, let to):
            let features = wanted[2]
            let grid = value.sliced(1, 1..<value.shape[1]).reshaped([1, from, from, features])
            let resampled = grid.resizedBicubic(height: to, width: to)
                .reshaped([1, to * to, features])
            return concatenate([value.sliced(1, 0..<1), resampled], axis: 1)
        case .relativePositions(let from, let to):
            return value.resampledRelativePositions(from: from, to: to)
        case .channelsSummed: return value.sum([1], keepingDimensions: true)
        case .channelSpread: return value.broadcast(to: wanted) * (1 / Float(3))
        }
    }
}
