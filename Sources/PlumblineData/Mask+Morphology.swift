/// Changes of a mask by a distance in pixels.
///
/// Distances are between centres of pixels. Nothing is known outside the image: it neither adds to
/// a mask nor takes from it (scikit-image's `binary_dilation` and `binary_erosion` with a disk and
/// `mode="ignore"`).
extension Mask {
    /// The pixels that are at most `radius` away from a pixel of the mask.
    public func dilated(radius: Double) -> Mask {
        guard radius >= 1 else { return self }
        var result = self
        let distances = squaredDistances(within: radius)
        for index in pixels.indices where Double(distances[index]) <= radius * radius {
            result.pixels[index] = true
        }
        return result
    }

    /// The pixels of the mask that are more than `radius` away from every pixel outside it.
    public func eroded(radius: Double) -> Mask {
        guard radius >= 1 else { return self }
        return inverted.dilated(radius: radius).inverted
    }

    /// The mask moved to the right and down; what leaves the image is lost.
    public func shifted(right: Int, down: Int) -> Mask {
        guard right != 0 || down != 0 else { return self }
        var result = Mask(height: height, width: width)
        for y in max(0, down)..<max(0, down, min(height, height + down)) {
            for x in max(0, right)..<max(0, right, min(width, width + right)) {
                result.pixels[y * width + x] = pixels[(y - down) * width + x - right]
            }
        }
        return result
    }

    /// The pixels that do not belong to the mask.
    public var inverted: Mask { Mask(height: height, width: width, pixels: pixels.map { !$0 }) }

    /// The squared distance of each pixel to the nearest pixel of the mask, where it is at most
    /// `radius`; larger distances are some larger number.
    ///
    /// It takes the nearest pixel of each column first (Felzenszwalb & Huttenlocher 2012, section
    /// 2: the distance is separable).
    private func squaredDistances(within radius: Double) -> [Int] {
        let far = height + width
        var columns = [Int](repeating: far, count: pixels.count)
        for x in 0..<width {
            var distance = far
            for y in 0..<height {
                distance = pixels[y * width + x] ? 0 : min(far, distance + 1)
                columns[y * width + x] = distance
            }
            distance = far
            for y in (0..<height).reversed() {
                distance = pixels[y * width + x] ? 0 : min(far, distance + 1)
                columns[y * width + x] = min(columns[y * width + x], distance)
            }
        }
        let reach = min(width - 1, Int(radius))
        var result = columns
        for y in 0..<height {
            for x in 0..<width {
                var least = far * far
                for other in max(0, x - reach)...min(width - 1, x + reach) {
                    let column = columns[y * width + other]
                    least = min(least, column * column + (x - other) * (x - other))
                }
                result[y * width + x] = least
            }
        }
        return result
    }
}
