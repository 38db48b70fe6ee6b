import CJPEG
import CPNG
import Foundation

/// A decoded picture: values in 0 ... 1, row by row, channels together.
public struct RasterImage: Sendable, Equatable {
    public var height: Int, width: Int
    /// 1 (grey) or 3 (RGB).
    public var channels: Int
    public var values: [Float]

    /// Pictures of more values are refused before their memory is taken, as are masks of more
    /// pixels: 134 million.
    static let mostValues = 1 << 27
    /// Scans of a progressive JPEG that are read; encoders make about ten.
    static let mostScans = 500

    public init(height: Int, width: Int, channels: Int, values: [Float]) {
        precondition(
            values.count == height * width * channels,
            "RasterImage: \(values.count) values for \(height)x\(width)x\(channels)")
        (self.height, self.width, self.channels, self.values) = (height, width, channels, values)
    }

    public init(height: Int, width: Int, channels: Int, filledWith value: Float = 0) {
        self.init(
            height: height, width: width, channels: channels,
            values: [Float](repeating: value, count: height * width * channels))
    }

    // MARK: Files

    /// Reads a JPEG or PNG, told apart by their first bytes. Alpha is dropped, palettes are
    /// expanded and CMYK becomes RGB, as by PIL's `convert("RGB")`.
    ///
    /// A JPEG that libjpeg warns about is read where every pixel is still what was encoded, as
    /// where there are extraneous bytes before a marker. Where it is truncated, or a code is
    /// damaged so that pixels would be made up, it is refused.
    /// - Throws: ``DatasetError`` for a missing, truncated, damaged or unknown file.
    public static func read(_ path: String) throws -> RasterImage {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DatasetError(path, "no such file, or not readable")
        }
        return try decode(data, name: path)
    }

    public static func decode(_ data: Data, name: String) throws -> RasterImage {
        if data.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return try decodePNG(data, name) }
        if data.starts(with: [0xFF, 0xD8]) { return try decodeJPEG(data, name) }
        throw DatasetError(name, "neither a JPEG nor a PNG image")
    }

    private static func decodePNG(_ data: Data, _ name: String) throws -> RasterImage {
        var image = plumbline_png_image(), message = [CChar](repeating: 0, count: 100)
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
        var image = plumbline_jpeg_image(), message = [CChar](repeating: 0, count: 100)
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

    /// RGB of CMYK as Adobe stores it in a JPEG, 255 for no ink; as PIL converts it, in whole
    /// numbers.
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

    /// PNG of 8 or 16 bits; values are clamped to 0 ... 1.
    public func png(bits: Int = 8) throws -> Data {
        precondition(bits == 8 || bits == 16, "png: \(bits) bits")
        var sink = plumbline_png_sink(), message = [CChar](repeating: 0, count: 100)
        let samples: [UInt8] =
            bits == 8
            ? bytes
            : values.flatMap { value -> [UInt8] in
                withUnsafeBytes(of: UInt16((min(1, max(0, value)) * 65535).rounded())) { Array($0) }
            }
        guard
            plumbline_png_encode(
                samples, UInt32(width), UInt32(height), UInt32(channels), UInt32(bits), &sink,
                &message) == 0
        else {
            throw DatasetError("PNG", "cannot be encoded: \(Self.text(message))")
        }
        defer { free(sink.data) }
        return Data(bytes: sink.data, count: sink.size)
    }

    /// JPEG without chroma subsampling.
    public func jpeg(quality: Int = 95) throws -> Data {
        guard let encoder = tjInitCompress() else {
            throw DatasetError("JPEG", "the encoder does not start")
        }
        defer { tjDestroy(encoder) }
        var buffer: UnsafeMutablePointer<UInt8>?, size: UInt = 0
        let (format, sampling) = channels == 1 ? (TJPF_GRAY, TJSAMP_GRAY) : (TJPF_RGB, TJSAMP_444)
        guard
            tjCompress2(
                encoder, bytes, Int32(width), 0, Int32(height), format.rawValue, &buffer, &size,
                Int32(sampling.rawValue), Int32(quality),
                TJFLAG_ACCURATEDCT) == 0, let buffer
        else {
            throw DatasetError(
                "JPEG", "cannot be encoded: \(String(cString: tjGetErrorStr2(encoder)))")
        }
        defer { tjFree(buffer) }
        return Data(bytes: buffer, count: Int(size))
    }

    /// Writes by the path's extension, aside first, so that no half picture is ever seen.
    public func write(_ path: String) throws {
        let isJPEG = path.lowercased().hasSuffix(".jpg") || path.lowercased().hasSuffix(".jpeg")
        let data = isJPEG ? try jpeg() : try png()
        do { try data.write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw DatasetError(path, "cannot be written: \(error.localizedDescription)")
        }
    }

    private var bytes: [UInt8] {
        values.map { UInt8((min(1, max(0, $0.isNaN ? 0 : $0)) * 255).rounded()) }
    }

    static func text(_ message: [CChar]) -> String {
        let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return bytes.isEmpty ? "the file is damaged" : String(decoding: bytes, as: UTF8.self)
    }
}
