import Foundation

/// A PNG image whose pixels are numbers that mean something: the indices of its palette.
///
/// A grey image of at most 8 bits has its grey levels as numbers. Pixels are as the file stores
/// them; a note of how a camera was held is ignored, as numpy gets them from Pillow.
struct PaletteImage {
    let height: Int
    let width: Int
    /// `height x width`, row by row.
    let indices: [UInt8]

    /// - Throws: ``DatasetError`` for a file that is missing or damaged, and for a PNG of colours.
    init(_ path: String) throws {
        let data = try WholeFile.read(path)
        guard data.starts(with: [0x89, 0x50, 0x4E, 0x47]) else {
            throw DatasetError(path, "not a PNG image; a PNG with a palette is wanted")
        }
        let image = try DecodedImage.decodePNG(data, path, keepsIndices: true)
        guard image.channels == 1, case .bytes(let indices) = image.values else {
            throw DatasetError(path, "a PNG with a palette of up to 256 colours is wanted")
        }
        height = image.height
        width = image.width
        self.indices = indices
    }
}
