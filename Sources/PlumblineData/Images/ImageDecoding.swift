import CJPEG
import CPNG
import Foundation

extension RasterImage {
    /// Reads a JPEG or PNG file, which is recognised by its first bytes.
    ///
    /// The pixels are those of Pillow after `ImageOps.exif_transpose` and `convert("RGB")`: an
    /// image is turned as its camera was held, alpha is dropped, palettes are expanded and CMYK
    /// becomes RGB. There are two differences. A grey image stays one channel. And 16 bits keep
    /// their depth, where Pillow keeps the upper 8 of colours, and makes everything white that is
    /// above 255 of greys.
    ///
    /// libjpeg warns about some files. If every pixel is still as it was encoded, for example with
    /// extra bytes before a marker, the image is read. If the file is truncated or a code is
    /// damaged, pixels would be invented: the file is refused.
    ///
    /// - Throws: ``DatasetError`` for a missing, truncated, damaged or unknown file.
    public static func read(_ path: String) throws -> RasterImage {
        RasterImage(try DecodedImage.read(path))
    }

    /// Decodes the contents of a JPEG or PNG file.
    ///
    /// - Parameter name: the file, for messages.
    /// - Throws: ``DatasetError`` as ``read(_:)`` does.
    public static func decode(_ data: Data, name: String) throws -> RasterImage {
        RasterImage(try DecodedImage.decode(data, name: name))
    }

    /// The text that a decoder or an encoder gives as a reason.
    static func text(_ message: [CChar]) -> String {
        let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return bytes.isEmpty ? "the file is damaged" : String(decoding: bytes, as: UTF8.self)
    }
}

extension DecodedImage {
    /// The largest number of scans of a progressive JPEG.
    ///
    /// Encoders make about ten.
    private static let mostScans = 500
    /// The longest side of a JPEG.
    ///
    /// The weights of resizing take memory for every pixel of a side.
    private static let longestSide = 65535

    /// - Throws: ``DatasetError`` as ``RasterImage/read(_:)`` does.
    static func read(_ path: String) throws -> DecodedImage {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DatasetError(path, "no such file, or not readable")
        }
        return try decode(data, name: path)
    }

    /// - Throws: ``DatasetError`` as ``RasterImage/read(_:)`` does.
    static func decode(_ data: Data, name: String) throws -> DecodedImage {
        if data.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            return try decodePNG(data, name).turned(
                ImageOrientation.ofPNG { offset, count in
                    [UInt8](data.dropFirst(offset).prefix(count))
                })
        }
        if data.starts(with: [0xFF, 0xD8]) {
            return try decodeJPEG(data, name).turned(ImageOrientation.ofJPEG(data).orientation)
        }
        throw DatasetError(name, "neither a JPEG nor a PNG image")
    }

    /// - Parameter keepsIndices: whether the samples are the indices of the palette, and not its
    ///   colours.
    static func decodePNG(
        _ data: Data, _ name: String, keepsIndices: Bool = false
    ) throws -> DecodedImage {
        var image = plumbline_png_image()
        var message = [CChar](repeating: 0, count: 100)
        let status = data.withUnsafeBytes {
            plumbline_png_decode(
                $0.bindMemory(to: UInt8.self).baseAddress, data.count, RasterImage.mostValues,
                keepsIndices ? 1 : 0, &image, &message)
        }
        guard status == 0, let samples = image.samples else {
            throw DatasetError(name, "not a whole PNG image: \(RasterImage.text(message))")
        }
        defer { free(samples) }
        guard max(image.width, image.height) <= longestSide else {
            throw DatasetError(
                name,
                "\(image.height) x \(image.width) pixels; a side has at most \(longestSide)")
        }
        let count = Int(image.width) * Int(image.height) * Int(image.channels)
        let values: Values =
            image.bits == 16
            ? samples.withMemoryRebound(to: UInt16.self, capacity: count) {
                .words(Array(UnsafeBufferPointer(start: $0, count: count)))
            } : .bytes(Array(UnsafeBufferPointer(start: samples, count: count)))
        return DecodedImage(
            height: Int(image.height), width: Int(image.width), channels: Int(image.channels),
            values: values)
    }

    private static func decodeJPEG(_ data: Data, _ name: String) throws -> DecodedImage {
        var image = plumbline_jpeg_image()
        var message = [CChar](repeating: 0, count: 100)
        var limits = plumbline_jpeg_limits(values: RasterImage.mostValues, scans: mostScans)
        let status = data.withUnsafeBytes {
            plumbline_jpeg_decode(
                $0.bindMemory(to: UInt8.self).baseAddress, data.count, &limits, &image, &message)
        }
        guard status == 0, let samples = image.samples else {
            throw DatasetError(name, "not a whole JPEG image: \(RasterImage.text(message))")
        }
        defer { free(samples) }
        let count = Int(image.width) * Int(image.height) * Int(image.channels)
        let stored = UnsafeBufferPointer(start: samples, count: count)
        return DecodedImage(
            height: Int(image.height), width: Int(image.width),
            channels: image.channels == 1 ? 1 : 3,
            values: .bytes(image.channels == 4 ? rgb(ofInvertedCMYK: stored) : Array(stored)))
    }

    /// RGB of CMYK as Adobe stores it in a JPEG, where 255 is no ink.
    ///
    /// The arithmetic in whole numbers is PIL's.
    private static func rgb(ofInvertedCMYK samples: UnsafeBufferPointer<UInt8>) -> [UInt8] {
        var values: [UInt8] = []
        values.reserveCapacity(samples.count / 4 * 3)
        for pixel in stride(from: 0, to: samples.count, by: 4) {
            let light = Int(samples[pixel + 3])
            for channel in 0..<3 {
                let product = (255 - Int(samples[pixel + channel])) * light + 128
                values.append(UInt8(light - (product >> 8 + product) >> 8))
            }
        }
        return values
    }
}
