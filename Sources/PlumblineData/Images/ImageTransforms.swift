import Foundation
import PlumblineTensors

extension RasterImage {
    /// Resized by bilinear interpolation, as torchvision resizes tensors.
    ///
    /// It runs on the caller's thread only, because loaders run beside training.
    ///
    /// - Parameter antialias: whether the filter is widened when shrinking, as PIL does.
    public func resized(
        height newHeight: Int, width newWidth: Int, antialias: Bool = false
    ) -> RasterImage {
        var preprocessing = Preprocessing()
        preprocessing.antialias = antialias
        let geometry = ImageGeometry(
            source: Example.Size(height: height, width: width),
            resized: Example.Size(height: newHeight, width: newWidth),
            crop: ImageGeometry.Rectangle(y: 0, x: 0, height: newHeight, width: newWidth))
        return ImageResizer(geometry, preprocessing)(DecodedImage(self))
    }

    /// With another number of channels: grey is repeated, RGB becomes grey by ITU-R 601 luma.
    ///
    /// - Parameter newChannels: 1 or 3.
    public func converted(channels newChannels: Int) -> RasterImage {
        if newChannels == channels { return self }
        if channels == 1 {
            return RasterImage(
                height: height, width: width, channels: newChannels,
                values: values.flatMap { [Float](repeating: $0, count: newChannels) })
        }
        precondition(newChannels == 1, "converted: \(channels) to \(newChannels) channels")
        let grey = (0..<(height * width)).map { (pixel: Int) -> Float in
            let red = values[3 * pixel]
            let green = values[3 * pixel + 1]
            let blue = values[3 * pixel + 2]
            return 0.299 * red + 0.587 * green + 0.114 * blue
        }
        return RasterImage(height: height, width: width, channels: 1, values: grey)
    }

    /// Mirrored left to right.
    public var flipped: RasterImage {
        var result = self
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<channels {
                    result.values[(y * width + x) * channels + c] =
                        values[(y * width + width - 1 - x) * channels + c]
                }
            }
        }
        return result
    }

    /// Rotated about the centre, by bilinear interpolation.
    ///
    /// What comes from outside is black.
    ///
    /// - Parameter degrees: counter-clockwise.
    public func rotated(degrees: Float) -> RasterImage {
        let rotation = Rotation(degrees: degrees, height: height, width: width)
        var result = RasterImage(height: height, width: width, channels: channels)
        for y in 0..<height {
            for x in 0..<width {
                let source = rotation.source(y, x)
                let top = Int(source.y.rounded(.down))
                let left = Int(source.x.rounded(.down))
                let shareBelow = source.y - Float(top)
                let shareRight = source.x - Float(left)
                for (dy, weightY) in [(0, 1 - shareBelow), (1, shareBelow)] {
                    for (dx, weightX) in [(0, 1 - shareRight), (1, shareRight)]
                    where weightY * weightX > 0 {
                        result.add(
                            weightY * weightX, of: self, top + dy, left + dx, at: y * width + x)
                    }
                }
            }
        }
        return result
    }

    /// Adds a pixel of another image, if it is inside, to the pixel at `index`.
    private mutating func add(
        _ weight: Float, of image: RasterImage, _ y: Int, _ x: Int, at index: Int
    ) {
        guard (0..<height).contains(y), (0..<width).contains(x) else { return }
        for channel in 0..<channels {
            values[index * channels + channel] +=
                weight * image.values[(y * width + x) * channels + channel]
        }
    }
}
