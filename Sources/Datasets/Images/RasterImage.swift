import CJPEG
import CPNG
import Foundation

/// A decoded picture: values in 0 ... 1, row by row, channels together.
public struct RasterImage: Sendable, Equatable {
    public var height: Int, width: Int
    /// 1 (grey) or 3 (RGB).
    public var channels: Int
    public var values: [Float]

    /// Larger pictures are refused before their memory is taken.
    static let mostPixels = 1 << 28

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

    /// Reads a JPEG or PNG, told apart by their first bytes. Alpha is dropped and palettes are
    /// expanded, as PIL's `convert("RGB")` does.
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
                $0.bindMemory(to: UInt8.self).baseAddress, data.count, mostPixels, &image, &message)
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
        guard let decoder = tjInitDecompress() else {
            throw DatasetError(name, "the JPEG decoder does not start")
        }
        defer { tjDestroy(decoder) }
        func failure() -> DatasetError {
            DatasetError(
                name, "not a whole JPEG image: \(String(cString: tjGetErrorStr2(decoder)))")
        }
        var width: Int32 = 0, height: Int32 = 0, subsampling: Int32 = 0, space: Int32 = 0
        return try data.withUnsafeBytes { bytes in
            let source = bytes.bindMemory(to: UInt8.self).baseAddress
            guard
                tjDecompressHeader3(
                    decoder, source, UInt(data.count), &width, &height, &subsampling, &space) == 0
            else { throw failure() }
            guard Int(width) * Int(height) <= mostPixels, width > 0, height > 0 else {
                throw DatasetError(name, "the image claims to be \(width) x \(height)")
            }
            guard space != TJCS_CMYK.rawValue, space != TJCS_YCCK.rawValue else {
                throw DatasetError(name, "a CMYK JPEG; grey or RGB is wanted")
            }
            let channels = space == TJCS_GRAY.rawValue ? 1 : 3
            let format = channels == 1 ? TJPF_GRAY : TJPF_RGB
            var samples = [UInt8](repeating: 0, count: Int(width) * Int(height) * channels)
            // A warning, such as a premature end, is an error here: the rest of such a picture is
            // made up.
            guard
                tjDecompress2(
                    decoder, source, UInt(data.count), &samples, width, 0, height, format.rawValue,
                    TJFLAG_ACCURATEDCT) == 0
            else {
                throw failure()
            }
            return RasterImage(
                height: Int(height), width: Int(width), channels: channels,
                values: samples.map { Float($0) / 255 })
        }
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

    private static func text(_ message: [CChar]) -> String {
        let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return bytes.isEmpty ? "the file is damaged" : String(decoding: bytes, as: UTF8.self)
    }
}
