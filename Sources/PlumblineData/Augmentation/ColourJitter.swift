import PlumblineSettings
import PlumblineTensors

/// Random changes of colour, as torchvision's `ColorJitter`.
///
/// They are made in a random order. Grey images have neither saturation nor hue.
public struct ColourJitter: Sendable, Equatable {
    /// The factor is drawn from `max(0, 1 - brightness)...1 + brightness`.
    public var brightness: Float = 0
    /// As ``brightness``.
    public var contrast: Float = 0
    /// As ``brightness``.
    public var saturation: Float = 0
    /// The largest turn of the hue in either direction, as a share of the circle.
    public var hue: Float = 0

    public init() {}

    public var isOn: Bool { self != ColourJitter() }

    /// One change of all colours of an image.
    package enum Change: Equatable {
        case brightness(Float)
        case contrast(Float)
        case saturation(Float)
        case hue(Float)
    }

    package func draw(_ random: inout RandomGenerator) -> [Change] {
        func factor(_ most: Float) -> Float { random.uniform(max(0, 1 - most), 1 + most) }
        var changes: [Change] = []
        if brightness > 0 { changes.append(.brightness(factor(brightness))) }
        if contrast > 0 { changes.append(.contrast(factor(contrast))) }
        if saturation > 0 { changes.append(.saturation(factor(saturation))) }
        if hue > 0 { changes.append(.hue(random.uniform(-hue, hue))) }
        for last in stride(from: changes.count - 1, to: 0, by: -1) {
            changes.swapAt(last, random.index(below: last + 1))
        }
        return changes
    }
}

extension ColourJitter {
    /// The settings as configuration files name them.
    static var keys: [SettingKey<ColourJitter>] {
        [
            .float(
                "brightness", \.brightness, in: 0...10,
                "Training images are brightened by a factor of 1 +- this, drawn at random."),
            .float("contrast", \.contrast, in: 0...10, "The same for contrast."),
            .float("saturation", \.saturation, in: 0...10, "The same for saturation."),
            .float(
                "hue", \.hue, in: 0...0.5,
                "Largest random turn of the hue in training, as a share of the circle."),
        ]
    }
}

extension RasterImage {
    /// A changed copy, with the arithmetic of torchvision's tensors.
    ///
    /// Values stay from 0 to 1.
    package func changed(_ change: ColourJitter.Change) -> RasterImage {
        var result = self
        switch change {
        case .brightness(let factor):
            result.values = values.map { Self.blend($0, 0, factor) }
        case .contrast(let factor):
            let grey = luma
            let mean = Float(grey.reduce(0.0) { $0 + Double($1) } / Double(max(1, grey.count)))
            result.values = values.map { Self.blend($0, mean, factor) }
        case .saturation(let factor):
            guard channels == 3 else { return self }
            for (pixel, grey) in luma.enumerated() {
                for index in (3 * pixel)..<(3 * pixel + 3) {
                    result.values[index] = Self.blend(values[index], grey, factor)
                }
            }
        case .hue(let turn):
            guard channels == 3 else { return self }
            for start in stride(from: 0, to: values.count, by: 3) {
                var colour = HueColour(values[start], values[start + 1], values[start + 2])
                colour.turn(by: turn)
                let (red, green, blue) = colour.rgb
                result.values[start] = red
                result.values[start + 1] = green
                result.values[start + 2] = blue
            }
        }
        return result
    }

    /// The brightness of each pixel; of RGB by ITU-R 601 with the digits of torchvision.
    private var luma: [Float] {
        guard channels == 3 else { return values }
        return (0..<(height * width)).map { (pixel: Int) -> Float in
            let red = 0.2989 * values[3 * pixel]
            let green = 0.587 * values[3 * pixel + 1]
            let blue = 0.114 * values[3 * pixel + 2]
            return red + green + blue
        }
    }

    private static func blend(_ value: Float, _ other: Float, _ factor: Float) -> Float {
        min(1, max(0, factor * value + (1 - factor) * other))
    }
}
