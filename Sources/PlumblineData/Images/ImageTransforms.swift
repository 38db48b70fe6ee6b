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
}
