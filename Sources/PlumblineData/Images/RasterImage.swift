/// A decoded image.
///
/// Values are from 0 to 1, row by row, with the channels of a pixel together.
public struct RasterImage: Sendable, Equatable {
    public var height: Int
    public var width: Int
    /// 1 (grey) or 3 (RGB).
    public var channels: Int
    /// `height x width x channels` values.
    public var values: [Float]

    /// The largest number of values of an image, and of pixels of a mask: 134 million.
    ///
    /// A larger one is refused before its memory is taken.
    static let mostValues = 1 << 27

    public init(height: Int, width: Int, channels: Int, values: [Float]) {
        precondition(
            values.count == height * width * channels,
            "RasterImage: \(values.count) values for \(height)x\(width)x\(channels)")
        self.height = height
        self.width = width
        self.channels = channels
        self.values = values
    }

    public init(height: Int, width: Int, channels: Int, filledWith value: Float = 0) {
        self.init(
            height: height, width: width, channels: channels,
            values: [Float](repeating: value, count: height * width * channels))
    }
}
