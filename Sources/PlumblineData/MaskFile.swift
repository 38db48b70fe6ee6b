import Foundation

/// A mask in an image file of its own.
struct MaskFile: Sendable {
    let path: String
    /// Pixels with a sample above it, of 255, belong to the mask.
    let threshold: Int

    /// - Parameter threshold: by default 0, and 127 for a JPEG, whose zeros are not exact.
    init(path: String, threshold: Int?) {
        self.path = path
        let isJPEG = ["jpg", "jpeg"].contains(PathText.fileExtension(path))
        self.threshold = threshold ?? (isJPEG ? 127 : 0)
    }

    /// Reads the pixels.
    ///
    /// - Throws: ``DatasetError`` for a file that cannot be read, and for another size.
    func mask(height: Int, width: Int) throws -> Mask {
        let image = try RasterImage.read(path)
        guard (image.height, image.width) == (height, width) else {
            throw DatasetError(
                path,
                "an image of \(image.height) x \(image.width); its header said \(height) x \(width)"
            )
        }
        let limit = Float(threshold) / 255
        let channels = image.channels
        var mask = Mask(height: height, width: width)
        for pixel in mask.pixels.indices {
            mask.pixels[pixel] = (0..<channels).contains {
                image.values[pixel * channels + $0] > limit
            }
        }
        return mask
    }

    /// A text that differs for other bytes of the file, or for another threshold.
    ///
    /// It has the number of bytes and their FNV-1a hash of 64 bits.
    var fingerprint: String {
        guard let data = FileManager.default.contents(atPath: path) else {
            return "\(path) not readable"
        }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in data { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "\(data.count) bytes \(String(hash, radix: 16)) above \(threshold)"
    }
}
