import Foundation
import PlumblineTensors

extension LinearMap {
    /// Resampling of the relative positions of one axis (`2 w - 1` entries around zero) to a window
    /// of another size, as in timm's `resize_rel_pos_bias_table` (after BEiT).
    ///
    /// The steps between the known positions grow outwards, so that near neighbours keep their
    /// distances. Values between known positions are interpolated linearly. Outside them the
    /// outermost value is used.
    static func relativePositions(from input: Int, to output: Int) -> LinearMap {
        let reach = input / 2
        var (left, right, ratio) = (1.01, 1.5, 1.01)
        while right - left > 1e-6 {
            ratio = (left + right) / 2
            if (1 - pow(ratio, Double(reach))) / (1 - ratio) > Double(output / 2) {
                right = ratio
            } else {
                left = ratio
            }
        }
        var outwards = [0.0]
        for step in 0..<reach { outwards.append(outwards[step] + pow(ratio, Double(step))) }
        let known = outwards.dropFirst().reversed().map { -$0 } + outwards
        let rows = (0..<output).map { index -> [Term] in
            let position = Double(index - output / 2)
            guard let high = known.firstIndex(where: { $0 >= position }) else {
                return [(source: input - 1, weight: 1)]
            }
            guard high > 0, known[high] > position else { return [(source: high, weight: 1)] }
            let fraction = Float((position - known[high - 1]) / (known[high] - known[high - 1]))
            return [(source: high - 1, weight: 1 - fraction), (source: high, weight: fraction)]
        }
        return LinearMap(inputSize: input, rows: rows)
    }
}

extension Tensor {
    /// A table `[(2 w - 1) squared, heads]` of relative positions for a window of another size; see
    /// ``LinearMap/relativePositions(from:to:)``.
    package func resampledRelativePositions(from: Int, to: Int) -> Tensor {
        require(
            rank == 2 && shape[0] == from * from && from % 2 == 1 && to % 2 == 1,
            "relative positions: shape \(shape), side \(from) to \(to)")
        let map = LinearMap.relativePositions(from: from, to: to)
        return reshaped([1, from, from, shape[1]]).weightedRows(map, axis: 1).weightedRows(
            map, axis: 2
        ).reshaped([to * to, shape[1]])
    }
}
