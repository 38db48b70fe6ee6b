import PlumblineTensors

/// An image as its file stores it: whole numbers of 8 or 16 bits.
///
/// Loaders resize it without a copy in floating point, which has four times its memory.
struct DecodedImage: Sendable {
    /// `height x width x channels` values, row by row, with the channels of a pixel together.
    enum Values: Sendable {
        case bytes([UInt8])
        case words([UInt16])
        /// From 0 to 1.
        case floats([Float])
    }

    var height: Int
    var width: Int
    /// 1 (grey) or 3 (RGB).
    var channels: Int
    var values: Values
}

extension DecodedImage {
    init(_ image: RasterImage) {
        self.init(
            height: image.height, width: image.width, channels: image.channels,
            values: .floats(image.values))
    }
}

extension RasterImage {
    init(_ image: DecodedImage) {
        self.init(
            height: image.height, width: image.width, channels: image.channels,
            values: image.values.floats)
    }
}

extension DecodedImage.Values {
    /// The values from 0 to 1.
    var floats: [Float] {
        switch self {
        case .bytes(let values): PixelRow.floats(values)
        case .words(let values): PixelRow.floats(values)
        case .floats(let values): values
        }
    }

    /// The values as whole numbers of 8 bits, rounded to the nearest.
    var bytes: [UInt8] {
        switch self {
        case .bytes(let values): values
        case .words(let values): values.map { UInt8((Int($0) * 255 + 32767) / 65535) }
        case .floats(let values):
            values.map { UInt8((min(max($0, 0), 1) * 255).rounded()) }
        }
    }
}
