import PlumblineTensors

/// SLIC superpixels (Achanta et al., doi 10.1109/TPAMI.2012.120).
///
/// They are found by k-means over brightness and position, where each centre looks within two grid
/// steps. Small pieces are then joined to a neighbour.
package struct Superpixels {
    /// The segment of each pixel, row by row, numbered from 0 without gaps.
    package let labels: [Int]
    package let count: Int

    private struct Centre {
        var y: Float
        var x: Float
        var value: Float
    }

    /// - Parameters:
    ///   - image: `[height, width]` values; their scale does not matter.
    ///   - targetCount: the approximate number of segments.
    ///   - compactness: the weight of position relative to brightness, each divided by its range.
    ///   - rounds: rounds of k-means.
    package init(
        _ image: [Float], height: Int, width: Int, targetCount: Int, compactness: Float = 0.3,
        rounds: Int = 10
    ) {
        let low = image.min() ?? 0
        let high = image.max() ?? 1
        let range = max(high - low, 1e-6)
        let values = image.map { ($0 - low) / range }
        let step = max(1, (Float(height * width) / Float(max(1, targetCount))).squareRoot())
        var centres = Self.grid(values, height, width, step: step)
        var labels = [Int](repeating: 0, count: height * width)
        for _ in 0..<rounds {
            Self.assign(
                &labels, to: centres, values, height, width, step: step, compactness: compactness)
            Self.move(&centres, labels, values, width)
        }
        (self.labels, count) = Self.connected(labels, height, width, smallest: Int(step * step / 4))
    }

    /// Centres on a grid whose cells are about `step` pixels wide.
    private static func grid(
        _ values: [Float], _ height: Int, _ width: Int, step: Float
    ) -> [Centre] {
        let rows = max(1, Int((Float(height) / step).rounded()))
        let columns = max(1, Int((Float(width) / step).rounded()))
        return (0..<rows * columns).map { index in
            let y = (Float(index / columns) + 0.5) * Float(height) / Float(rows)
            let x = (Float(index % columns) + 0.5) * Float(width) / Float(columns)
            return Centre(y: y, x: x, value: values[Int(y) * width + Int(x)])
        }
    }

    /// Gives each pixel the label of its nearest centre.
    private static func assign(
        _ labels: inout [Int], to centres: [Centre], _ values: [Float], _ height: Int,
        _ width: Int, step: Float, compactness: Float
    ) {
        let reach = Int(2 * step) + 1
        var best = [Float](repeating: .infinity, count: height * width)
        for (label, centre) in centres.enumerated() {
            for y in max(0, Int(centre.y) - reach)..<min(height, Int(centre.y) + reach + 1) {
                for x in max(0, Int(centre.x) - reach)..<min(width, Int(centre.x) + reach + 1) {
                    let pixel = y * width + x
                    let brightness = values[pixel] - centre.value
                    let dy = (Float(y) + 0.5 - centre.y) / step
                    let dx = (Float(x) + 0.5 - centre.x) / step
                    let distance =
                        brightness * brightness + compactness * compactness * (dy * dy + dx * dx)
                    if distance < best[pixel] {
                        best[pixel] = distance
                        labels[pixel] = label
                    }
                }
            }
        }
    }

    /// Moves each centre to the mean of its pixels.
    private static func move(
        _ centres: inout [Centre], _ labels: [Int], _ values: [Float], _ width: Int
    ) {
        var sums = [Centre](repeating: Centre(y: 0, x: 0, value: 0), count: centres.count)
        var counts = [Float](repeating: 0, count: centres.count)
        for pixel in labels.indices {
            let label = labels[pixel]
            sums[label].y += Float(pixel / width) + 0.5
            sums[label].x += Float(pixel % width) + 0.5
            sums[label].value += values[pixel]
            counts[label] += 1
        }
        for label in centres.indices where counts[label] > 0 {
            let count = counts[label]
            centres[label] = Centre(
                y: sums[label].y / count, x: sums[label].x / count,
                value: sums[label].value / count)
        }
    }

    /// Makes each connected piece a segment.
    ///
    /// A piece of fewer than `smallest` pixels joins a neighbour.
    private static func connected(
        _ labels: [Int], _ height: Int, _ width: Int, smallest: Int
    ) -> (labels: [Int], count: Int) {
        var segments = [Int](repeating: -1, count: labels.count)
        var count = 0
        for start in labels.indices where segments[start] < 0 {
            var piece = [start]
            var head = 0
            var neighbour = -1
            segments[start] = count
            while head < piece.count {
                let (y, x) = piece[head].quotientAndRemainder(dividingBy: width)
                head += 1
                for (ny, nx) in [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
                where (0..<height).contains(ny) && (0..<width).contains(nx) {
                    let other = ny * width + nx
                    if segments[other] < 0, labels[other] == labels[start] {
                        segments[other] = count
                        piece.append(other)
                    } else if segments[other] >= 0, segments[other] != count {
                        neighbour = segments[other]
                    }
                }
            }
            if piece.count < smallest, neighbour >= 0 {
                for pixel in piece { segments[pixel] = neighbour }
            } else {
                count += 1
            }
        }
        return (segments, count)
    }

    /// One value per segment, as a map of the pixels.
    func map(_ values: [Double]) -> [Float] { labels.map { Float(values[$0]) } }

    /// 1 at the pixels of shown segments, 0 elsewhere.
    func mask(_ shown: [Bool]) -> [Float] { labels.map { shown[$0] ? 1 : 0 } }
}
