import PlumblineSettings

/// How an image becomes the input of a model.
public struct Preprocessing: Sendable, Equatable {
    /// Height and width of the input, in pixels.
    public var size = 224
    /// Channels of the input: 1 or 3.
    public var channels = 3
    /// Whether shrinking uses the widened filter of PIL.
    ///
    /// The paper does not use it.
    public var antialias = false
    /// Subtracted from pixel values in `[0, 1]`.
    public var mean: Float = 0.5
    /// The standard deviation that the values are then divided by.
    public var deviation: Float = 0.5
    /// The largest angle of random rotations, in degrees in either direction.
    public var rotation: Float = 0
    /// Whether half of the images are mirrored at random.
    public var flips = false

    public init() {}

    /// - Parameter size: height and width of the input, in pixels.
    public init(size: Int) { self.size = size }

    /// Whether the input of an image differs from one pass to the next.
    public var isRandom: Bool { rotation > 0 || flips }

    /// The same without random changes.
    public var withoutAugmentation: Preprocessing {
        var result = self
        result.rotation = 0
        result.flips = false
        return result
    }
}

extension Preprocessing {
    /// The settings as configuration files name them.
    public static var keys: [SettingKey<Preprocessing>] {
        [
            .whole(
                "size", \.size, in: 8...4096, "Height and width of the model's input in pixels."),
            .whole(
                "channels", \.channels, in: 1...3,
                "1 or 3 channels; a grey image is repeated for 3."),
            .flag(
                "antialias", \.antialias,
                "Widen the resizing filter when an image shrinks (the paper: no)."),
            .float("mean", \.mean, in: -10...10, "Subtracted from pixels / 255."),
            .float(
                "deviation", \.deviation, in: 1e-6...1000,
                "The standard deviation that the difference is divided by."),
            .float(
                "rotation", \.rotation, in: 0...180,
                "Largest random rotation in training, in degrees (the paper: 0)."),
            .flag("flips", \.flips, "Mirror half of the training images at random."),
        ]
    }
}
