import PlumblineModels
import PlumblineTensors

/// The fast variant of ``SESS``.
///
/// Windows of the image's own size slide over enlarged images. The windows that show the class best
/// are explained. Their maps are weighted by the class's probability and averaged where they
/// overlap.
struct FastSESS {
    let base: any Explanation
    /// The number of sizes.
    ///
    /// Each is larger than the one before by ``growth`` of the image's side.
    let scales = 4
    let growth: Float = 0.25
    /// Share of the windows that is explained, the best first.
    let kept: Float = 0.5
    /// Images per forward pass that looks for the best windows.
    let batch = 8

    private struct Window {
        var scale: Int
        var top: Int
        var left: Int
        var score: Float = 0
    }

    /// The enhanced map of one image, `[1, height, width, 1]`.
    func enhanced(_ request: Request, _ row: Int) throws -> Tensor {
        let probe = try Probe(request: request, batch: batch, for: base.name)
        let image = probe.image(row)
        let height = image.shape[1]
        let width = image.shape[2]
        let enlarged = enlarged(image)
        func cut(_ window: Window) -> Tensor {
            enlarged[window.scale].sliced(1, window.top..<(window.top + height)).sliced(
                2, window.left..<(window.left + width))
        }
        var windows = windows(enlarged, height, width)
        let scores = probe.probabilities(row: row, count: windows.count) {
            concatenate($0.map { cut(windows[$0]) }, axis: 0)
        }
        for index in windows.indices { windows[index].score = scores[index] }

        var sum = Tensor.zeros([1, height, width, 1])
        var weight = sum
        for window in best(windows) {
            let part = try request.at(cut(window), row: row, seeds: [request.seeds[row]])
            let relevance = try base.relevance(of: part)
            withoutGradients {
                let map = relevance.relu().mean([3], keepingDimensions: true)
                let low = map.min()
                let scaled = (map - low) / (map.max() - low + 1e-6) * window.score
                let large = enlarged[window.scale]
                func placed(_ x: Tensor) -> Tensor {
                    x.padded(1, before: window.top, after: large.shape[1] - height - window.top)
                        .padded(2, before: window.left, after: large.shape[2] - width - window.left)
                        .resized(height: height, width: width)
                }
                sum = sum + placed(scaled)
                weight = weight + placed(.ones(scaled.shape))
            }
        }
        return withoutGradients { sum / select(weight .> 1e-6, weight, .ones(weight.shape)) }
    }

    private func enlarged(_ image: Tensor) -> [Tensor] {
        withoutGradients {
            (0..<scales).map { scale in
                let factor = 1 + growth * Float(scale)
                return image.resized(
                    height: Int(Float(image.shape[1]) * factor),
                    width: Int(Float(image.shape[2]) * factor))
            }
        }
    }

    private func windows(_ enlarged: [Tensor], _ height: Int, _ width: Int) -> [Window] {
        func starts(_ size: Int, _ window: Int) -> [Int] {
            // At most half a window apart. The first and the last lie at the edges.
            let count = size == window ? 1 : (2 * (size - window) + window - 1) / window + 1
            return (0..<count).map { count == 1 ? 0 : $0 * (size - window) / (count - 1) }
        }
        return enlarged.enumerated().flatMap { scale, large in
            starts(large.shape[1], height).flatMap { top in
                starts(large.shape[2], width).map { Window(scale: scale, top: top, left: $0) }
            }
        }
    }

    /// The windows with the highest scores; among equal scores the earlier ones.
    private func best(_ windows: [Window]) -> [Window] {
        let ranked = windows.indices.sorted {
            let (a, b) = (windows[$0].score, windows[$1].score)
            return a == b ? $0 < $1 : a > b
        }
        let count = max(1, Int((Float(windows.count) * kept).rounded(.up)))
        return ranked.prefix(count).map { windows[$0] }
    }
}
