/// Computes the pixels of an image, or of its mask, that an affine map moves.
///
/// Images are interpolated bilinearly, masks by nearest neighbour. The size stays. What comes from
/// outside has the value ``fill`` in the image, and is not in the mask.
package struct AffineSampling {
    /// From positions of the result to positions of the image.
    package let map: AffineMap
    /// The part of the image that the result shows; `nil` for all of it.
    ///
    /// Then positions up to half a pixel outside take the value of the edge, as torchvision's
    /// `resized_crop` does. Without a crop they mix with ``fill``, as its `rotate` does.
    package var crop: ImageGeometry.Rectangle?
    package var fill: Float = 0

    package init(
        map: AffineMap, crop: ImageGeometry.Rectangle? = nil, fill: Float = 0
    ) {
        self.map = map
        self.crop = crop
        self.fill = fill
    }

    /// The position in the source of a pixel.
    private func source(
        _ y: Int, _ x: Int, _ centre: (y: Float, x: Float)
    ) -> (y: Float, x: Float) {
        let dy = Float(y) - centre.y
        let dx = Float(x) - centre.x
        return (
            y: centre.y + map.offsetY + map.yx * dx + map.yy * dy,
            x: centre.x + map.offsetX + map.xx * dx + map.xy * dy
        )
    }

    private static func centre(_ height: Int, _ width: Int) -> (y: Float, x: Float) {
        (Float(height - 1) / 2, Float(width - 1) / 2)
    }

    /// Moves a position that is at most half a pixel outside the crop to its edge.
    ///
    /// - Returns: `nil` for a position further outside.
    private func clamped(
        _ position: (y: Float, x: Float), to crop: ImageGeometry.Rectangle
    ) -> (y: Float, x: Float)? {
        let y = position.y - Float(crop.y)
        let x = position.x - Float(crop.x)
        guard y >= -0.5, x >= -0.5, y <= Float(crop.height) - 0.5, x <= Float(crop.width) - 0.5
        else { return nil }
        return (
            y: min(max(y, 0), Float(crop.height - 1)) + Float(crop.y),
            x: min(max(x, 0), Float(crop.width - 1)) + Float(crop.x)
        )
    }

    package func callAsFunction(_ image: RasterImage) -> RasterImage {
        if map == .identity, crop == nil { return image }
        let centre = Self.centre(image.height, image.width)
        let channels = image.channels
        var result = RasterImage(height: image.height, width: image.width, channels: channels)
        image.values.withUnsafeBufferPointer { values in
            result.values.withUnsafeMutableBufferPointer { out in
                for y in 0..<image.height {
                    for x in 0..<image.width {
                        let pixel = out.baseAddress! + (y * image.width + x) * channels
                        let position = source(y, x, centre)
                        if let crop {
                            guard let inside = clamped(position, to: crop) else {
                                for channel in 0..<channels { pixel[channel] = fill }
                                continue
                            }
                            interpolate(image, values, inside, pixel)
                        } else {
                            interpolate(image, values, position, pixel)
                        }
                    }
                }
            }
        }
        return result
    }

    /// Adds the four pixels around a position, by their shares.
    private func interpolate(
        _ image: RasterImage, _ values: UnsafeBufferPointer<Float>,
        _ position: (y: Float, x: Float), _ pixel: UnsafeMutablePointer<Float>
    ) {
        let top = Int(position.y.rounded(.down))
        let left = Int(position.x.rounded(.down))
        let below = position.y - Float(top)
        let right = position.x - Float(left)
        let channels = image.channels
        for corner in 0..<4 {
            let dy = corner >> 1
            let dx = corner & 1
            let weight = (dy == 0 ? 1 - below : below) * (dx == 0 ? 1 - right : right)
            guard weight > 0 else { continue }
            let y = top + dy
            let x = left + dx
            if y >= 0, y < image.height, x >= 0, x < image.width {
                let source = values.baseAddress! + (y * image.width + x) * channels
                for channel in 0..<channels { pixel[channel] += weight * source[channel] }
            } else if fill != 0 {
                for channel in 0..<channels { pixel[channel] += weight * fill }
            }
        }
    }

    package func callAsFunction(_ mask: Mask) -> Mask {
        if map == .identity, crop == nil { return mask }
        let centre = Self.centre(mask.height, mask.width)
        var result = Mask(height: mask.height, width: mask.width)
        for y in 0..<mask.height {
            for x in 0..<mask.width {
                var position = source(y, x, centre)
                if let crop {
                    guard let inside = clamped(position, to: crop) else { continue }
                    position = inside
                }
                let sourceY = Int(position.y.rounded())
                let sourceX = Int(position.x.rounded())
                if sourceY >= 0, sourceY < mask.height, sourceX >= 0, sourceX < mask.width {
                    result.pixels[y * mask.width + x] =
                        mask.pixels[sourceY * mask.width + sourceX]
                }
            }
        }
        return result
    }
}
