import Foundation
import PlumblineTensors

/// What stands in the place of removed pixels.
///
/// It is made in the space of pixel values, so that normalisation does not change what it means.
public enum Replacement: String, CaseIterable, Sendable {
    /// Pixels of value 0.
    case black
    /// The mean of the image, per channel.
    case mean
    /// The image under a Gaussian of 51 pixels and sigma 20 (Petsiuk et al., arXiv 1806.07421).
    case blur
    /// The opposite of each pixel: `1 - v` for a value v, for ``PixelFlipping``.
    case inverse
}

extension Evidence {
    /// The replacement for the whole image: `[height * width * channels]`, as ``image`` is stored.
    func replacement(_ kind: Replacement) -> [Float] {
        if let known = replacements[kind] { return known }
        let shape = Array(image.shape.dropFirst())
        let channels = shape[2]
        let pixels = shape[0] * shape[1]
        let values: [Float]
        switch kind {
        case .black: values = (0..<pixels).flatMap { _ in black }
        case .mean:
            let means = (0..<channels).map { channel in
                let sum = (0..<pixels).reduce(0.0) { $0 + Double(input[$1 * channels + channel]) }
                return Float(sum / Double(pixels))
            }
            values = (0..<pixels).flatMap { _ in means }
        case .inverse:
            values = input.enumerated().map { place, value in
                black[place % channels] + white[place % channels] - value
            }
        case .blur:
            values = GaussianBlur(taps: 51, sigma: 20).applied(
                to: input, height: shape[0], width: shape[1], channels: channels)
        }
        replacements[kind] = values
        return values
    }
}

/// A separable Gaussian with mirrored edges, as torchvision's `gaussian_blur`.
struct GaussianBlur {
    private let weights: [Float]

    /// - Parameter taps: odd.
    init(taps: Int, sigma: Double) {
        let half = taps / 2
        let bell = (-half...half).map { exp(-Double($0 * $0) / (2 * sigma * sigma)) }
        let total = bell.reduce(0, +)
        weights = bell.map { Float($0 / total) }
    }

    func applied(to values: [Float], height: Int, width: Int, channels: Int) -> [Float] {
        // Along the rows, and then along the columns.
        let rows = blurred(values, count: height, of: width, step: channels, inner: channels)
        return blurred(rows, count: 1, of: height, step: width * channels, inner: width * channels)
    }

    /// Blurs along one axis of `length` entries that are `step` apart.
    private func blurred(
        _ values: [Float], count: Int, of length: Int, step: Int, inner: Int
    ) -> [Float] {
        let half = weights.count / 2
        var result = [Float](repeating: 0, count: values.count)
        for outer in 0..<count {
            let base = outer * length * step
            for place in 0..<length {
                for (tap, weight) in weights.enumerated() {
                    let source = base + mirrored(place + tap - half, length) * step
                    let target = base + place * step
                    for offset in 0..<inner {
                        result[target + offset] += weight * values[source + offset]
                    }
                }
            }
        }
        return result
    }

    /// The index inside `0 ..< length` that a mirror at each edge pixel shows.
    private func mirrored(_ index: Int, _ length: Int) -> Int {
        guard length > 1 else { return 0 }
        let period = 2 * (length - 1)
        let place = ((index % period) + period) % period
        return place < length ? place : period - place
    }
}
