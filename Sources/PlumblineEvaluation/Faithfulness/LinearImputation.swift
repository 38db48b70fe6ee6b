import PlumblineTensors

/// Fills pixels in from their neighbours: noisy linear imputation (Rong et al., arXiv 2202.00449,
/// section 4.3).
///
/// Each hidden pixel becomes the weighted mean of its eight neighbours: 1/6 for a direct one, 1/12
/// for a diagonal one, with the weights of neighbours outside the image left out. So what is hidden
/// leaves no edges that a model could read. The equations are solved by conjugate gradients.
struct LinearImputation {
    let height: Int
    let width: Int
    let channels: Int
    /// The standard deviation of the noise, as a share of each channel's range.
    let noise: Float

    /// The most steps of conjugate gradients.
    let mostIterations: Int

    private static let tolerance = 1e-5

    /// - Parameters:
    ///   - pixels: `[height * width * channels]`
    ///   - hidden: indices of pixels.
    ///   - range: of each channel, for the noise.
    /// - Returns: whether the equations were solved. If not, `pixels` are not to be used.
    func fill(
        _ pixels: inout [Float], hidden: [Int], range: [Float], random: inout RandomGenerator
    ) -> Bool {
        guard !hidden.isEmpty else { return true }
        var places = [Int32](repeating: -1, count: height * width)
        for (place, pixel) in hidden.enumerated() { places[pixel] = Int32(place) }
        let links = links(hidden, places)
        for channel in 0..<channels {
            let known = (0..<height * width).map { Double(pixels[$0 * channels + channel]) }
            let start = mean(known, places)
            guard let solution = solve(hidden, links, places, known, start: start) else {
                return false
            }
            for (place, pixel) in hidden.enumerated() {
                pixels[pixel * channels + channel] =
                    Float(solution[place]) + noise * range[channel] * random.normal()
            }
        }
        return true
    }

    private struct Link {
        let pixel: Int
        let weight: Double
    }

    /// The neighbours of each hidden pixel.
    private func links(_ hidden: [Int], _ places: [Int32]) -> [[Link]] {
        hidden.map { pixel in
            let (y, x) = (pixel / width, pixel % width)
            var links: [Link] = []
            for row in max(0, y - 1)...min(height - 1, y + 1) {
                for column in max(0, x - 1)...min(width - 1, x + 1)
                where (row, column) != (y, x) {
                    let isDirect = row == y || column == x
                    links.append(
                        Link(pixel: row * width + column, weight: isDirect ? 1.0 / 6 : 1.0 / 12))
                }
            }
            return links
        }
    }

    /// The mean of the known pixels, where the solution begins.
    private func mean(_ known: [Double], _ places: [Int32]) -> Double {
        var sum = 0.0
        var count = 0.0
        for pixel in known.indices where places[pixel] < 0 {
            sum += known[pixel]
            count += 1
        }
        // With nothing known, the equations say only that all pixels are equal.
        return count > 0 ? sum / count : known.reduce(0, +) / Double(known.count)
    }

    /// - Returns: `nil` if the residual is not small after ``mostIterations``.
    private func solve(
        _ hidden: [Int], _ links: [[Link]], _ places: [Int32], _ known: [Double], start: Double
    ) -> [Double]? {
        /// The weighted differences of each pixel to its neighbours, hidden ones by `values`.
        func differences(_ values: [Double], outside: Double) -> [Double] {
            hidden.indices.map { place in
                links[place].reduce(0) { sum, link in
                    let other = places[link.pixel]
                    let value = other < 0 ? outside * known[link.pixel] : values[Int(other)]
                    return sum + link.weight * (values[place] - value)
                }
            }
        }
        var solution = [Double](repeating: start, count: hidden.count)
        var residual = differences(solution, outside: 1).map { -$0 }
        var direction = residual
        var square = residual.reduce(0) { $0 + $1 * $1 }
        let goal = square * Self.tolerance * Self.tolerance
        var iterations = 0
        while square > goal, square > 1e-20 {
            guard iterations < mostIterations else { return nil }
            let product = differences(direction, outside: 0)
            let curvature = zip(direction, product).reduce(0) { $0 + $1.0 * $1.1 }
            guard curvature > 0 else { return nil }
            let step = square / curvature
            for place in solution.indices {
                solution[place] += step * direction[place]
                residual[place] -= step * product[place]
            }
            let next = residual.reduce(0) { $0 + $1 * $1 }
            let ratio = next / square
            for place in direction.indices {
                direction[place] = residual[place] + ratio * direction[place]
            }
            square = next
            iterations += 1
        }
        return solution
    }
}
