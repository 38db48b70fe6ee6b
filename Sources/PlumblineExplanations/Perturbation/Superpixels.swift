import PlumblineTensors

/// SLIC superpixels (Achanta et al., doi 10.1109/TPAMI.2012.120): k-means over brightness and
/// place, each centre looking within two grid steps, then stray pieces joined to a neighbour.
package struct Superpixels {
    /// The segment of each pixel, row by row, numbered from 0 without gaps.
    package let labels: [Int]
    package let count: Int

    /// - Parameters:
    ///   - image: `[height, width]` values; their scale does not matter.
    ///   - wanted: about how many segments.
    ///   - compactness: weight of place against brightness, both over their spread.
    package init(
        _ image: [Float], height: Int, width: Int, wanted: Int, compactness: Float = 0.3,
        rounds: Int = 10
    ) {
        let low = image.min() ?? 0, high = image.max() ?? 1, range = max(high - low, 1e-6)
        let values = image.map { ($0 - low) / range }
        let step = max(1, (Float(height * width) / Float(max(1, wanted))).squareRoot())
        let rows = max(1, Int((Float(height) / step).rounded())),
            columns = max(1, Int((Float(width) / step).rounded()))
        var centres = (0..<rows * columns).map { index -> (y: Float, x: Float, value: Float) in
            let y = (Float(index / columns) + 0.5) * Float(height) / Float(rows),
                x = (Float(index % columns) + 0.5) * Float(width) / Float(columns)
            return (y, x, values[Int(y) * width + Int(x)])
        }
        var labels = [Int](repeating: 0, count: height * width)
        let reach = Int(2 * step) + 1
        for _ in 0..<rounds {
            var best = [Float](repeating: .infinity, count: height * width)
            for (label, centre) in centres.enumerated() {
                for y in max(0, Int(centre.y) - reach)..<min(height, Int(centre.y) + reach + 1) {
                    for x in max(0, Int(centre.x) - reach)..<min(width, Int(centre.x) + reach + 1) {
                        let place = y * width + x, brightness = values[place] - centre.value
                        let (dy, dx) = (
                            (Float(y) + 0.5 - centre.y) / step, (Float(x) + 0.5 - centre.x) / step
                        )
                        let distance =
                            brightness * brightness + compactness * compactness
                            * (dy * dy + dx * dx)
                        if distance < best[place] {
                            (best[place], labels[place]) = (distance, label)
                        }
                    }
                }
            }
            var sums = [(y: Float, x: Float, value: Float, count: Float)](
                repeating: (0, 0, 0, 0), count: centres.count)
            for place in labels.indices {
                let label = labels[place]
                sums[label].y += Float(place / width) + 0.5
                sums[label].x += Float(place % width) + 0.5
                sums[label].value += values[place]
                sums[label].count += 1
            }
            for label in centres.indices where sums[label].count > 0 {
                let count = sums[label].count
                centres[label] = (
                    sums[label].y / count, sums[label].x / count, sums[label].value / count
                )
            }
        }
        (self.labels, count) = Self.connected(labels, height, width, smallest: Int(step * step / 4))
    }

    /// Connected pieces as segments; pieces below `smallest` pixels join the one before them.
    private static func connected(_ labels: [Int], _ height: Int, _ width: Int, smallest: Int) -> (
        [Int], Int
    ) {
        var found = [Int](repeating: -1, count: labels.count), count = 0
        for start in labels.indices where found[start] < 0 {
            var piece = [start], head = 0, neighbour = -1
            found[start] = count
            while head < piece.count {
                let place = piece[head], (y, x) = place.quotientAndRemainder(dividingBy: width)
                head += 1
                for (ny, nx) in [(y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)]
                where (0..<height).contains(ny) && (0..<width).contains(nx) {
                    let other = ny * width + nx
                    if found[other] < 0, labels[other] == labels[start] {
                        found[other] = count
                        piece.append(other)
                    } else if found[other] >= 0, found[other] != count {
                        neighbour = found[other]
                    }
                }
            }
            if piece.count < smallest, neighbour >= 0 {
                for place in piece { found[place] = neighbour }
            } else {
                count += 1
            }
        }
        return (found, count)
    }

    /// A value for each segment as a map of its pixels.
    func map(_ values: [Double]) -> [Float] { labels.map { Float(values[$0]) } }

    /// Which segments are kept as a map of 0 and 1.
    func mask(_ kept: [Bool]) -> [Float] { labels.map { kept[$0] ? 1 : 0 } }
}
