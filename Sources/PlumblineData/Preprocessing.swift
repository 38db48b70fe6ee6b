import PlumblineSettings
import PlumblineTensors

/// How an image becomes the input of a model.
///
/// The image is cut and resized (``geometry(of:)``), brought to the model's channels, and
/// normalised: `(value - mean) / deviation` with values from 0 to 1.
public struct Preprocessing: Sendable, Equatable {
    /// Height and width of the input, in pixels.
    public var size = 224
    /// Channels of the input: 1 or 3.
    public var channels = 3
    /// How images of other sizes become a square.
    public var resize = ResizeRule.square
    /// The length to which ``ResizeRule/shorterSide`` resizes the shorter side, in pixels.
    public var shorterSide = 256
    /// The share of the shorter side that ``ResizeRule/cropFraction`` keeps.
    public var cropFraction = 0.875
    public var interpolation = Interpolation.bilinear
    /// Whether shrinking uses the widened filter of Pillow.
    ///
    /// The paper does not use it.
    public var antialias = false
    public var resizeValues = ResizeValues.float
    public var channelOrder = ChannelOrder.rgb
    /// Subtracted from pixel values in `[0, 1]`: one value for all channels, or one per channel in
    /// the order of the model's input.
    public var mean: [Float] = [0.5]
    /// The standard deviations that the values are then divided by: one, or one per channel.
    public var deviation: [Float] = [0.5]

    public init() {}

    /// - Parameter size: height and width of the input, in pixels.
    public init(size: Int) { self.size = size }

    /// The lowest and the highest value of the input: those of pixels of 0 and of 1.
    ///
    /// With values per channel, it is the range of all channels together.
    public var range: ClosedRange<Float> {
        let low = (0..<channels).map { (0 - value(mean, $0)) / value(deviation, $0) }
        let high = (0..<channels).map { (1 - value(mean, $0)) / value(deviation, $0) }
        return low.min()!...high.max()!
    }

    /// The model's input where a pixel is 0: one value per channel.
    public var black: [Float] { normalised([Float](repeating: 0, count: channels)) }

    /// The model's input where a pixel is 1: one value per channel.
    public var white: [Float] { normalised([Float](repeating: 1, count: channels)) }

    /// Values from 0 to 1, with the channels of a pixel together, as the model's input.
    func normalised(_ values: [Float]) -> [Float] {
        guard mean.count > 1 || deviation.count > 1 || channelOrder == .bgr else {
            let mean = mean[0]
            let deviation = deviation[0]
            return values.map { ($0 - mean) / deviation }
        }
        let channels = channels
        return [Float](unsafeUninitializedCapacity: values.count) { result, count in
            values.withUnsafeBufferPointer { values in
                for channel in 0..<channels {
                    let mean = value(mean, channel)
                    let deviation = value(deviation, channel)
                    let source = channelOrder == .bgr ? channels - 1 - channel : channel
                    for pixel in stride(from: 0, to: values.count, by: channels) {
                        result[pixel + channel] = (values[pixel + source] - mean) / deviation
                    }
                }
            }
            count = values.count
        }
    }

    private func value(_ values: [Float], _ channel: Int) -> Float {
        values.count == 1 ? values[0] : values[channel]
    }
}

extension Preprocessing {
    /// Two settings that contradict each other: the key of one, and what is wrong.
    ///
    /// `nil` if there is no contradiction.
    public var contradiction: (key: String, problem: String)? {
        if channels == 2 { return ("channels", "must be 1 or 3, not 2") }
        for (key, values) in [("mean", mean), ("deviation", deviation)]
        where values.count != 1 && values.count != channels {
            let wanted = channels == 1 ? "1" : "1 or \(channels)"
            return (key, "has \(values.count) values for \(channels) channels; \(wanted) needed")
        }
        if channelOrder == .bgr, channels != 3 {
            return ("channel_order", "bgr needs 3 channels, not \(channels)")
        }
        if resize == .shorterSide, shorterSide < size {
            return (
                "shorter_side",
                "is \(shorterSide), but the model sees \(size) of it; set at least \(size)"
            )
        }
        if resizeValues == .pillow, !antialias, interpolation != .nearest {
            return (
                "resize_values",
                "pillow always widens the filter; set antialias: true, or resize_values: float"
            )
        }
        return nil
    }
}

extension Preprocessing {
    /// The settings as configuration files name them.
    public static var keys: [SettingKey<Preprocessing>] {
        [
            .choice(
                "preprocessing", \.preset,
                "Sets the keys from size to deviation; a key that is given replaces its value"
            ).readFirst(),
            .whole(
                "size", \.size, in: 8...4096, "Height and width of the model's input in pixels."),
            .whole(
                "channels", \.channels, in: 1...3,
                "1 or 3 channels; a grey image is repeated for 3."),
            .choice("resize", \.resize, "How an image becomes a square"),
            .whole(
                "shorter_side", \.shorterSide, in: 8...16384,
                "With resize: shorter_side, the length of the shorter side before the cut."),
            .real(
                "crop_fraction", \.cropFraction, in: 0.1...1,
                "With resize: crop_fraction, the share of the shorter side that is kept."),
            .choice("interpolation", \.interpolation, "How resizing interpolates"),
            .flag(
                "antialias", \.antialias,
                "Widen the resizing filter when an image shrinks (the paper: no)."),
            .choice(
                "resize_values", \.resizeValues,
                "Resize as torchvision does with tensors, or round as Pillow does"),
            .choice("channel_order", \.channelOrder, "The order of the model's channels"),
            .floats(
                "mean", \.mean, in: -10...10,
                "Subtracted from pixels / 255; one value, or one per channel."),
            .floats(
                "deviation", \.deviation, in: 1e-6...1000,
                "The standard deviation that the difference is divided by; one, or per channel."),
        ]
    }
}
