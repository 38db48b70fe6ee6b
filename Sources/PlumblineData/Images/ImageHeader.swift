import CJPEG
import Foundation

/// What the header of an image file says.
///
/// The image is not decoded.
public enum ImageHeader {
    /// The size of a JPEG or PNG file as it is shown, in pixels.
    ///
    /// A file that says how its camera was held is turned. A few kilobytes of the file are read.
    ///
    /// - Throws: ``DatasetError`` for a file that is missing or is not a JPEG or PNG.
    public static func size(_ path: String) throws -> (height: Int, width: Int) {
        guard FileIdentity(path)?.isFile == true, let file = FileHandle(forReadingAtPath: path)
        else { throw DatasetError(path, "no such file, or not readable") }
        defer { try? file.close() }
        do {
            let start = try file.read(upToCount: 1 << 16) ?? Data()
            if start.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
                return turned(try png(start, path), pngOrientation(file))
            }
            guard start.starts(with: [0xFF, 0xD8]) else {
                throw DatasetError(path, "neither a JPEG nor a PNG image")
            }
            // Profiles and previews of any size may come first.
            let orientation = ImageOrientation.ofJPEG(start)
            if orientation.isWhole, let size = jpeg(start).size {
                return turned(size, orientation.orientation)
            }
            let whole = start + (try file.readToEnd() ?? Data())
            let header = jpeg(whole)
            guard let size = header.size else {
                throw DatasetError(path, "not a whole JPEG image: \(header.problem)")
            }
            return turned(size, ImageOrientation.ofJPEG(whole).orientation)
        } catch let error as DatasetError { throw error } catch {
            throw DatasetError(path, "cannot be read: \(error.localizedDescription)")
        }
    }

    private static func turned(
        _ size: (height: Int, width: Int), _ orientation: ImageOrientation
    ) -> (height: Int, width: Int) {
        orientation.swapsSides ? (height: size.width, width: size.height) : size
    }

    private static func pngOrientation(_ file: FileHandle) -> ImageOrientation {
        ImageOrientation.ofPNG { offset, count in
            [UInt8](unsafeUninitializedCapacity: count) { buffer, read in
                read = max(0, pread(file.fileDescriptor, buffer.baseAddress, count, offset))
            }
        }
    }

    private static func png(_ data: Data, _ path: String) throws -> (height: Int, width: Int) {
        guard data.count >= 24 else {
            throw DatasetError(path, "not a whole PNG image: the file is truncated")
        }
        func number(_ offset: Int) -> Int {
            data[(data.startIndex + offset)...].prefix(4).reduce(0) { $0 << 8 | Int($1) }
        }
        return (height: number(20), width: number(16))
    }

    private static func jpeg(_ data: Data) -> (size: (height: Int, width: Int)?, problem: String) {
        var image = plumbline_jpeg_image()
        var message = [CChar](repeating: 0, count: 100)
        let status = data.withUnsafeBytes {
            plumbline_jpeg_decode(
                $0.bindMemory(to: UInt8.self).baseAddress, data.count, nil, &image, &message)
        }
        guard status == 0 else { return (nil, RasterImage.text(message)) }
        return ((height: Int(image.height), width: Int(image.width)), "")
    }
}
