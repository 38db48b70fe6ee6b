import PlumblineSettings

/// How an image becomes the input of a model.
public struct Preprocessing: Sendable, Equatable {
    /// Height and width of the model's input in pixels.
    public var size = 224
    /// 1 or 3.
    public var channels = 3
    /// Whether the resizing filter is widened if an image shrinks, as in PIL.
    public var antialias = false
    /// Subtracted from the pixels in 0 ...
    ///
    /// 1.
    public var mean: Float = 0.5
    /// The standard deviation, which the difference is divided by.
    public var deviation: Float = 0.5
    /// The largest angle of random rotations in degrees, in both directions.
    public var rotation: Float = 0
    /// Whether half of the images are mirrored at random.
    public var flips = false

    public init() {}

    public var isRandom: Bool { rotation > 0 || flips }
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
