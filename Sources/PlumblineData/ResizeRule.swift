/// How an image of any size becomes a square of the model's size.
public enum ResizeRule: String, Sendable, CaseIterable {
    /// The whole image is resized to the square. Its aspect ratio changes.
    case square
    /// The shorter side is resized to ``Preprocessing/shorterSide``, then the centre is cut out, as
    /// torchvision's `Resize` and `CenterCrop`.
    case shorterSide = "shorter_side"
    /// As ``shorterSide``, with a shorter side of size / ``Preprocessing/cropFraction``, rounded
    /// down: timm's `crop_pct`.
    case cropFraction = "crop_fraction"
    /// The largest square of the centre is cut out and resized, as TorchXRayVision's
    /// `XRayCenterCrop`.
    case cropSquare = "crop_square"
}

/// How resizing rounds.
public enum ResizeValues: String, Sendable, CaseIterable {
    /// Not at all, as torchvision resizes tensors of floats.
    case float
    /// To whole numbers of 8 bits after each axis, as Pillow resizes images.
    ///
    /// An image of 16 bits is first rounded to 8.
    case pillow
}

/// The order of the channels of the model's input.
public enum ChannelOrder: String, Sendable, CaseIterable {
    case rgb
    /// As OpenCV reads images, and as the weights of Caffe expect them.
    case bgr
}

extension Preprocessing {
    /// How an image of a size becomes the model's input.
    ///
    /// Source of the sizes: torchvision's `_compute_resized_output_size` and `center_crop`, timm's
    /// `transforms_imagenet_eval`, and TorchXRayVision's `XRayCenterCrop`.
    public func geometry(of source: Example.Size) -> ImageGeometry {
        let square = ImageGeometry.Rectangle(y: 0, x: 0, height: size, width: size)
        switch resize {
        case .square:
            return ImageGeometry(
                source: source, resized: Example.Size(height: size, width: size), crop: square)
        case .shorterSide: return geometry(of: source, shorterSide: shorterSide)
        case .cropFraction:
            return geometry(
                of: source, shorterSide: Int((Double(size) / cropFraction).rounded(.down)))
        case .cropSquare:
            let side = min(source.height, source.width)
            let part = ImageGeometry.Rectangle(
                y: source.height / 2 - side / 2, x: source.width / 2 - side / 2, height: side,
                width: side)
            return ImageGeometry(
                source: source, part: part, resized: Example.Size(height: size, width: size),
                crop: square)
        }
    }

    private func geometry(of source: Example.Size, shorterSide: Int) -> ImageGeometry {
        let short = min(source.height, source.width)
        let long = max(source.height, source.width)
        let longer = Int(Double(shorterSide * long) / Double(short))
        let resized =
            source.height <= source.width
            ? Example.Size(height: shorterSide, width: longer)
            : Example.Size(height: longer, width: shorterSide)
        // Python rounds a half to the even number.
        func offset(_ length: Int) -> Int {
            Int((Double(length - size) / 2).rounded(.toNearestOrEven))
        }
        return ImageGeometry(
            source: source, resized: resized,
            crop: ImageGeometry.Rectangle(
                y: offset(resized.height), x: offset(resized.width), height: size, width: size))
    }
}
