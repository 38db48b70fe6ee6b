import PlumblineSettings
import PlumblineTensors

/// Random changes of the images that a model is trained on.
///
/// They are made of the image at the model's size. The mask goes along. What is drawn for an image
/// follows from its generator alone, and each operation draws from a stream of its own, so that one
/// more operation leaves the others as they are.
///
/// The geometry is one affine map, so the image is interpolated once: first a part is cut, then it
/// is scaled, sheared, rotated and moved, and then mirrored. Colours follow.
public struct Augmentation: Sendable, Equatable {
    /// The largest angle of random rotations, in degrees in either direction.
    public var rotation: Float = 0
    /// Whether half of the images are mirrored left to right.
    public var flips = false
    /// Whether half of the images are mirrored top to bottom.
    public var flipsVertically = false
    public var affine = RandomAffine()
    public var crop = RandomResizedCrop()
    public var colour = ColourJitter()
    public var cutout = Cutout()
    /// Which pixels are removed last; `nil` for none.
    ///
    /// No configuration key sets it: `plumbline adapt` does.
    public var removal: PixelRemoval?
    /// The value of pixels that come from outside the image, from 0 (black) to 1.
    public var fill: Float = 0

    public init() {}

    /// Whether an image differs from one epoch to the next.
    public var isOn: Bool {
        rotation > 0 || flips || flipsVertically || affine.isOn || crop.isOn || colour.isOn
            || cutout.isOn || removal != nil
    }

    /// Changes an image and its mask at the model's size.
    package func change(_ image: inout RasterImage, _ mask: inout Mask?, _ random: RandomGenerator)
    {
        let sampling = sampling(size: image.height, random)
        image = sampling(image)
        mask = mask.map { sampling($0) }
        var stream = random.stream("colour")
        for change in colour.draw(&stream) { image = image.changed(change) }
    }

    /// The squares of the changed image that are hidden.
    ///
    /// Their pixels leave the mask, if ``Cutout/maskPixels`` says so.
    package func hide(
        _ mask: inout Mask?, size: Int, _ random: RandomGenerator
    ) -> [ImageGeometry.Rectangle] {
        var stream = random.stream("cutout")
        let squares = cutout.draw(size: size, &stream)
        if cutout.maskPixels == .remove {
            for square in squares { mask?.remove(square) }
        }
        return squares
    }

    /// The pixels of the changed image that ``removal`` removes: indices `y * size + x`.
    package func removedPixels(size: Int, _ random: RandomGenerator) -> [Int] {
        removal?.draw(height: size, width: size, random.stream("removal")) ?? []
    }

    /// The map of one image.
    private func sampling(size: Int, _ random: RandomGenerator) -> AffineSampling {
        var part: ImageGeometry.Rectangle?
        if crop.isOn {
            var stream = random.stream("crop")
            part = crop.draw(size: size, &stream)
        }
        // Rotation and flip draw from the generator itself, as the first version did.
        var own = random
        let degrees = rotation > 0 ? own.uniform(-rotation, rotation) : 0
        let isFlipped = flips && own.uniform() < 0.5
        var affineStream = random.stream("affine")
        var map = part.map { AffineMap.crop($0, of: size) } ?? .identity
        if rotation > 0 || affine.isOn {
            map = map.then(affine.draw(degrees: degrees, size: size, &affineStream).map)
        }
        if isFlipped { map = map.then(.flip) }
        if flipsVertically {
            var stream = random.stream("vertical flip")
            if stream.uniform() < 0.5 { map = map.then(.verticalFlip) }
        }
        return AffineSampling(map: map, crop: part, fill: fill)
    }
}

extension Augmentation {
    /// The settings as configuration files name them, below `data`.
    public static var keys: [SettingKey<Augmentation>] {
        let others =
            [
                SettingKey.flag(
                    "vertical_flips", \Self.flipsVertically,
                    "Mirror half of the training images top to bottom at random.")
            ] + RandomAffine.keys.mounted("", at: \.affine)
            + RandomResizedCrop.keys.mounted("", at: \.crop)
            + ColourJitter.keys.mounted("", at: \.colour)
            + Cutout.keys.mounted("", at: \.cutout) + [
                .float(
                    "fill", \.fill, in: 0...1,
                    "The value of pixels that come from outside the image: 0 is black, 1 white.")
            ]
        return [
            .float(
                "rotation", \.rotation, in: 0...180,
                "Largest random rotation in training, in degrees (the paper: 0)."),
            .flag("flips", \.flips, "Mirror half of the training images at random."),
        ] + others.mounted("augment", at: \.self)
    }
}
