import PlumblineData
import Foundation

extension Reader {
    static let imageReaders = [
        Reader(
            name: "png", format: PNGFormat(), crafted: Crafted.png, start: { readImage }),
        Reader(
            name: "jpeg", format: JPEGFormat(), crafted: Crafted.jpeg, start: { readImage }),
    ]

    /// Reads an image as a data set does: decodes it, resizes it, and converts its channels.
    private static func readImage(_ input: Input) throws {
        let image = try RasterImage.decode(Data(input.bytes), name: "image")
        guard image.values.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
            throw Wrong(problem: "values outside 0 ... 1")
        }
        _ = image.resized(height: 16, width: 16).converted(channels: 3)
    }
}
