import Foundation
import PlumblineTensors

extension RasterImage {
    /// Bilinear resizing as torchvision's on tensors. On the caller's thread alone: loaders run
    /// beside training.
    public func resized(height newHeight: Int, width newWidth: Int, antialias: Bool = false)
        -> RasterImage
    {
        if newHeight == height && newWidth == width { return self }
        let vertical = LinearMap.bilinear(from: height, to: newHeight, antialias: antialias)
        let horizontal = LinearMap.bilinear(from: width, to: newWidth, antialias: antialias)
        var rows = [Float](repeating: 0, count: newHeight * width * channels)
        vertical.apply(values, outer: 1, inner: width * channels, into: &rows)
        var result = RasterImage(height: newHeight, width: newWidth, channels: channels)
        horizontal.apply(rows, outer: newHeight, inner: channels, into: &result.values)
        return result
    }

    /// As `channels` channels: grey is repeated, RGB becomes grey by ITU-R 601 luma.
    public func converted(channels wanted: Int) -> RasterImage {
        if wanted == channels { return self }
        if channels == 1 {
            return RasterImage(
                height: height, width: width, channels: wanted,
                values: values.flatMap { [Float](repeating: $0, count: wanted) })
        }
        precondition(wanted == 1, "converted: \(channels) to \(wanted) channels")
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

    /// Turned about the centre by `degrees` counter-clockwise, bilinear; what comes from outside is
    /// black.
    public func rotated(degrees: Float) -> RasterImage {
        let turn = Rotation(degrees: degrees, height: height, width: width)
        var result = RasterImage(height: height, width: width, channels: channels)
        for y in 0..<height {
            for x in 0..<width {
                let (sy, sx) = turn.source(y, x)
                let y0 = Int(sy.rounded(.down))
                let x0 = Int(sx.rounded(.down))
                let fy = sy - Float(y0)
                let fx = sx - Float(x0)
                for (dy, wy) in [(0, 1 - fy), (1, fy)] {
                    for (dx, wx) in [(0, 1 - fx), (1, fx)] where wy * wx > 0 {
                        let (py, px) = (y0 + dy, x0 + dx)
                        guard (0..<height).contains(py), (0..<width).contains(px) else { continue }
                        for c in 0..<channels {
                            result.values[(y * width + x) * channels + c] +=
                                wy * wx * values[(py * width + px) * channels + c]
                        }
                    }
                }
            }
        }
        return result
    }
}

/// Where a pixel of a turned picture comes from.
struct Rotation {
    private let cosine: Float, sine: Float, centreY: Float, centreX: Float

    init(degrees: Float, height: Int, width: Int) {
        let angle = degrees * .pi / 180
        (cosine, sine) = (cos(angle), sin(angle))
        (centreY, centreX) = (Float(height - 1) / 2, Float(width - 1) / 2)
    }

    func source(_ y: Int, _ x: Int) -> (Float, Float) {
        let dy = Float(y) - centreY
        let dx = Float(x) - centreX
        return (centreY + sine * dx + cosine * dy, centreX + cosine * dx - sine * dy)
    }
}
