import CJPEG
import CPNG
import Foundation

extension RasterImage {
    /// The largest number of scans of a progressive JPEG.
    ///
    /// Encoders make about ten.
    private static let mostScans = 500

    /// Reads a JPEG or PNG file, which is recognised by its first bytes.
    ///
    /// Alpha is dropped, palettes are expanded and CMYK becomes RGB, as PIL's `convert("RGB")`
    /// does.
    ///
    /// libjpeg warns about some files. If every pixel is still as it was encoded, for example with
    /// extra bytes before a marker, the image is read. If the file is truncated or a code is
    /// damaged, pixels would be invented: the file is refused.
    ///
    /// - Throws: ``DatasetError`` for a missing, truncated, damaged or unknown file.
    public static func read(_ path: String) throws -> RasterImage {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DatasetError(path, "no such file, or not readable")
        }
        return try decode(data, name: path)
    }

    /// Decodes the contents of a JPEG or PNG file.
    ///
    /// - Parameter name: the file, for messages.
    /// - Throws: ``DatasetError`` as ``read(_:)`` does.
    public static func decode(_ data: Data, name: String) throws -> RasterImage {
        if data.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return try decodePNG(data, name) }
        if data.starts(with: [0xFF, 0xD8]) { return try decodeJPEG(data, name) }
        throw DatasetError(name, "neither a JPEG nor a PNG image")
    }

    private static func decodePNG(_ data: Data, _ name: String) throws -> RasterImage {
        var image = plumbline_png_image()
        var message = [CChar](repeating: 0, count: 100)
        let status = data.withUnsafeBytes {
            plumbline_png_decode(
                $0.bindMemory(to: UInt8.self).baseAddress, data.count, mostValues, &image, &message)
        }
        guard status == 0, let samples = image.samples else {
            throw DatasetError(name, "not a whole PNG image: \(text(message))")
        }
        defer { free(samples) }
        let count = Int(image.width) * Int(image.height) * Int(image.channels)
        let values: [Float]
        if image.bits == 16 {
            values = samples.withMemoryRebound(to: UInt16.self, capacity: count) { p in
                (0..<count).map { Float(p[$0]) / 65535 }
            }
        } else {
            values = (0..<count).map { Float(samples[$0]) / 255 }
        }
        return RasterImage(
            height: Int(image.height), width: Int(image.width), channels: Int(image.channels),
            values: values)
    }

    private static func decodeJPEG(_ data: Data, _ name: String) throws -> RasterImage {
        var image = plumbline_jpeg_image()
        var message = [CChar](repeating: 0, count: 100)
        var limits = plumbline_jpeg_limits(values: mostValues, scans: mostScans)
        let status = data.withUnsafeBytes {
            plumbline_jpeg_decode(
                $0.bindMemory(to: UInt8.self).baseAddress, data.count, &limits, &image, &message)
        }
        guard status == 0, let samples = image.samples else {
            throw DatasetError(name, "not a whole JPEG image: \(text(message))")
        }
        defer { free(samples) }
        let pixels = Int(image.width) * Int(image.height)
        let values =
            image.channels == 4
            ? rgb(ofInvertedCMYK: UnsafeBufferPointer(start: samples, count: 4 * pixels))
            : (0..<(pixels * Int(image.channels))).map { Float(samples[$0]) / 255 }
        return RasterImage(
            height: Int(image.height), width: Int(image.width),
            channels: image.channels == 1 ? 1 : 3, values: values)
    }

    /// RGB of CMYK as Adobe stores it in a JPEG, where 255 is no ink.
    ///
    /// The arithmetic in whole numbers is PIL's.
    private static func rgb(ofInvertedCMYK samples: UnsafeBufferPointer<UInt8>) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(samples.count / 4 * 3)
        for pixel in stride(from: 0, to: samples.count, by: 4) {
            let light = Int(samples[pixel + 3])
            for channel in 0..<3 {
                let product = (255 - Int(samples[pixel + channel])) * light + 128
                values.append(Float(light - (product >> 8 + product) >> 8) / 255)
            }
        }
        return values
    }

    /// The text that a decoder or an encoder gives as a reason.
    static func text(_ message: [CChar]) -> String {
        let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return bytes.isEmpty ? "the file is damaged" : String(decoding: bytes, as: UTF8.self)
    }
}
