import CJPEG
import CPNG
import Foundation

extension RasterImage {
    /// The image as a PNG file.
    ///
    /// Values are limited to the range from 0 to 1.
    ///
    /// - Parameter bits: per sample: 8 or 16.
    public func png(bits: Int = 8) throws -> Data {
        precondition(bits == 8 || bits == 16, "png: \(bits) bits")
        var sink = plumbline_png_sink()
        var message = [CChar](repeating: 0, count: 100)
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

    /// The image as a JPEG file without chroma subsampling.
    ///
    /// - Parameter quality: from 1 to 100, as libjpeg defines it.
    public func jpeg(quality: Int = 95) throws -> Data {
        guard let encoder = tjInitCompress() else {
            throw DatasetError("JPEG", "the encoder does not start")
        }
        defer { tjDestroy(encoder) }
        var buffer: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        let format = channels == 1 ? TJPF_GRAY : TJPF_RGB
        let sampling = channels == 1 ? TJSAMP_GRAY : TJSAMP_444
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

    /// Writes a JPEG or PNG file, by the extension of the path.
    ///
    /// Another file is written first and then renamed, so that nobody sees half an image.
    ///
    /// - Throws: ``DatasetError`` where it cannot be written.
    public func write(_ path: String) throws {
        let isJPEG = path.lowercased().hasSuffix(".jpg") || path.lowercased().hasSuffix(".jpeg")
        let data = isJPEG ? try jpeg() : try png()
        do { try data.write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw DatasetError(path, "cannot be written: \(error.localizedDescription)")
        }
    }

    /// The values as samples of 8 bits.
    private var bytes: [UInt8] {
        values.map { UInt8((min(1, max(0, $0.isNaN ? 0 : $0)) * 255).rounded()) }
    }
}
