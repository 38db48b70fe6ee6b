import PlumblineMetrics
import PlumblineTensors

/// By how much the map misjudges what hiding squares does to the logit.
///
/// `mean (I R - (f(x) - f(x - I)))^2`, I the image minus black in a random square and 0 elsewhere
/// (Yeh et al., arXiv 1901.09392, definition 2.1, with the square removal of section 3.2). From 0,
/// in squared units of the logit; lower is better. Squares have sides from 1 pixel to a quarter of
/// the image's shorter side, and lie anywhere inside.
///
/// The paper's R has the units of a gradient: I R is the sum of products. A method that multiplies
/// by the image already, such as integrated gradients or LRP, gives contributions to the logit. For
/// them I R is the sum of R over the square (`infidelity:contribution`).
///
/// It is missing for a map that is constant or not finite.
public struct Infidelity: Metric {
    /// What the values of a map are.
    public enum Reading: String, Sendable, CaseIterable {
        /// Changes of the logit per change of the model's input.
        case gradient
        /// Parts of the logit.
        case contribution
    }

    let reading: Reading
    let samples: Int
    let suffix: String

    public init(_ reading: Reading = .gradient, samples: Int = 50, suffix: String = "") {
        self.reading = reading
        self.samples = samples
        self.suffix = suffix
    }

    public var quantity: Quantity {
        let product = reading == .gradient ? "I R" : "sum of R where I is not 0"
        return Quantity(
            "infidelity\(suffix)", direction: .lowerIsBetter, unit: "squared logits",
            definition:
                "mean over \(samples) random squares of (\(product) - fall of the logit)^2, "
                + "I the square's difference from black; arXiv 1901.09392")
    }

    public var companions: [Quantity] {
        [
            Quantity(
                "infidelity_scaled\(suffix)", direction: .lowerIsBetter, unit: "squared logits",
                definition: "infidelity of the map times the factor that makes it smallest")
        ]
    }

    public var needs: Needs { [.map, .model] }

    public func scores(_ evidence: Evidence) throws -> [Score] {
        let map = evidence.pixelRelevance()
        if let defect = map.orderDefect { return missing(defect) }
        let squares = Self.squares(samples, height: map.height, width: map.width, evidence.seed)
        let products = products(evidence, map)
        let channels = evidence.image.shape[3]
        let black = evidence.replacement(.black)
        let answers = evidence.answers(.logit, count: samples) { index, pixels in
            for pixel in squares[index] {
                for place in (pixel * channels)..<((pixel + 1) * channels) {
                    pixels[place] = black[place]
                }
            }
        }
        let original = evidence.answer(.logit)
        let falls = answers.map { original - $0 }
        let predicted = squares.map { square in square.reduce(0) { $0 + products[$1] } }
        let square = predicted.reduce(0) { $0 + $1 * $1 }
        let factor = square > 0 ? zip(predicted, falls).reduce(0) { $0 + $1.0 * $1.1 } / square : 0
        return [
            Score(name, .value(Self.error(predicted, falls))),
            Score(
                companions[0].name, .value(Self.error(predicted.map { $0 * factor }, falls))),
        ]
    }

    private static func error(_ predicted: [Double], _ falls: [Double]) -> Double {
        zip(predicted, falls).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            / Double(falls.count)
    }

    /// What each pixel adds to `I R`.
    private func products(_ evidence: Evidence, _ map: HeatMap) -> [Double] {
        guard reading == .gradient else { return map.values.map(Double.init) }
        let channels = evidence.image.shape[3]
        let black = evidence.black
        let input = evidence.input
        // A map of one channel holds for all channels of the image.
        let hasChannels = evidence.relevance.shape == Array(evidence.image.shape.dropFirst())
        let relevance = hasChannels ? evidence.relevance.values : map.values
        return map.values.indices.map { pixel in
            (0..<channels).reduce(0) { sum, channel in
                let place = pixel * channels + channel
                let value = relevance[hasChannels ? place : pixel]
                return sum + Double(input[place] - black[channel]) * Double(value)
            }
        }
    }

    /// The pixels of each random square.
    private static func squares(
        _ count: Int, height: Int, width: Int, _ seed: UInt64
    ) -> [[Int]] {
        var random = RandomGenerator(seed: seed)
        let longest = max(1, min(height, width) / 4)
        return (0..<count).map { _ in
            let side = 1 + random.index(below: longest)
            let top = random.index(below: height - side + 1)
            let left = random.index(below: width - side + 1)
            return (top..<top + side).flatMap { y in
                (left..<left + side).map { y * width + $0 }
            }
        }
    }
}
