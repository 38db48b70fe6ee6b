import PlumblineModels
import PlumblineTensors

/// The fast variant of ``SESS``: windows of the image's own size slide over enlarged images, the
/// windows that show the class best are explained, and their maps, weighted by the class's score,
/// are averaged where they overlap.
struct FastSESS {
    let base: any Explanation
    /// How many times the image is enlarged by ``growth`` of its side.
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

    /// `[1, height, width, 1]` for image `row` of the subject.
    func enhanced(_ subject: Subject, _ row: Int) -> Tensor {
        let (height, width) = (subject.image.shape[1], subject.image.shape[2])
        let probe = Probe(subject: subject, batch: batch), image = probe.image(row)
        let larger = withoutGradients {
            (0..<scales).map { scale -> Tensor in
                let factor = 1 + growth * Float(scale)
                return image.resized(
                    height: Int(Float(height) * factor), width: Int(Float(width) * factor))
            }
        }
        func starts(_ size: Int, _ window: Int) -> [Int] {
            // Half a window apart at most, first and last at the edges.
            let count = size == window ? 1 : (2 * (size - window) + window - 1) / window + 1
            return (0..<count).map { count == 1 ? 0 : $0 * (size - window) / (count - 1) }
        }
        var windows = larger.enumerated().flatMap { scale, large in
            starts(large.shape[1], height).flatMap { top in
                starts(large.shape[2], width).map { Window(scale: scale, top: top, left: $0) }
            }
        }
        func cut(_ window: Window) -> Tensor {
            larger[window.scale].sliced(1, window.top..<(window.top + height)).sliced(
                2, window.left..<(window.left + width))
        }
        let logits = probe.logits(row: row, count: windows.count, of: 2 * windows.count) {
            concatenate($0.map { cut(windows[$0]) }, axis: 0)
        }
        let scores = withoutGradients { Tensor(logits, shape: [logits.count]).sigmoid().values }
        for index in windows.indices { windows[index].score = scores[index] }
        let ranked = windows.indices.sorted { (windows[$0].score, $1) > (windows[$1].score, $0) }
        let chosen = ranked.prefix(max(1, Int((Float(windows.count) * kept).rounded(.up)))).map {
            windows[$0]
        }

        var sum = Tensor.zeros([1, height, width, 1]), weight = sum
        for (index, window) in chosen.enumerated() {
            let part = Subject(
                model: subject.model, image: cut(window), targets: [subject.targets[row]],
                pass: subject.pass.repeated,
                outputSeed: subject.outputSeed, seeds: [subject.seeds[row]])
            let found = base.relevance(of: part, createGraph: false)
            withoutGradients {
                let map = found.relu().mean([3], keepingDimensions: true)
                let low = map.min(), high = map.max(),
                    scaled = (map - low) / (high - low + 1e-6) * window.score
                let large = larger[window.scale]
                func placed(_ x: Tensor) -> Tensor {
                    x.padded(1, before: window.top, after: large.shape[1] - height - window.top)
                        .padded(2, before: window.left, after: large.shape[2] - width - window.left)
                        .resized(height: height, width: width)
                }
                sum = sum + placed(scaled)
                weight = weight + placed(.ones(scaled.shape))
            }
            subject.progress?(chosen.count + index + 1, 2 * chosen.count)
        }
        return withoutGradients { sum / select(weight .> 1e-6, weight, .ones(weight.shape)) }
    }
}
