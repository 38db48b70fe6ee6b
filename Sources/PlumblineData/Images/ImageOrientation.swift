import Foundation

/// How a camera was held: how the stored pixels are turned before they are shown.
///
/// It is the tag Orientation (0x0112) of Exif 2.32, as Pillow's `ImageOps.exif_transpose` applies
/// it. The raw value is the tag's.
enum ImageOrientation: Int {
    case upright = 1
    case mirrored
    case rotated180
    case mirroredDown
    case transposed
    case rotatedRight
    case transversed
    case rotatedLeft

    /// Whether height and width change places.
    var swapsSides: Bool { rawValue >= 5 }

    /// The stored pixel that is shown at `(y, x)`.
    ///
    /// - Parameters:
    ///   - height: of the stored image.
    ///   - width: of the stored image.
    func source(_ y: Int, _ x: Int, height: Int, width: Int) -> (y: Int, x: Int) {
        switch self {
        case .upright: (y, x)
        case .mirrored: (y, width - 1 - x)
        case .rotated180: (height - 1 - y, width - 1 - x)
        case .mirroredDown: (height - 1 - y, x)
        case .transposed: (x, y)
        case .rotatedRight: (height - 1 - x, y)
        case .transversed: (height - 1 - x, width - 1 - y)
        case .rotatedLeft: (x, width - 1 - y)
        }
    }
}

extension DecodedImage {
    func turned(_ orientation: ImageOrientation) -> DecodedImage {
        guard orientation != .upright else { return self }
        switch values {
        case .bytes(let values): return turned(orientation, .bytes(turned(values, orientation)))
        case .words(let values): return turned(orientation, .words(turned(values, orientation)))
        case .floats(let values): return turned(orientation, .floats(turned(values, orientation)))
        }
    }

    private func turned(_ orientation: ImageOrientation, _ values: Values) -> DecodedImage {
        DecodedImage(
            height: orientation.swapsSides ? width : height,
            width: orientation.swapsSides ? height : width, channels: channels, values: values)
    }

    private func turned<Value>(_ values: [Value], _ orientation: ImageOrientation) -> [Value] {
        var result: [Value] = []
        result.reserveCapacity(values.count)
        for y in 0..<(orientation.swapsSides ? width : height) {
            for x in 0..<(orientation.swapsSides ? height : width) {
                let source = orientation.source(y, x, height: height, width: width)
                let start = (source.y * width + source.x) * channels
                result.append(contentsOf: values[start..<(start + channels)])
            }
        }
        return result
    }
}

// MARK: Where files say it

extension ImageOrientation {
    /// The orientation that a block of Exif gives: a TIFF header and a list of tags.
    ///
    /// - Returns: `nil` where the block is damaged before the tag, or has none. Pillow then leaves
    ///   the image as it is, too.
    init?(exif: some RandomAccessCollection<UInt8>) {
        var bytes = Array(exif)
        while bytes.starts(with: Array("Exif\0\0".utf8)) { bytes.removeFirst(6) }
        guard bytes.count >= 8 else { return nil }
        let isBigEndian: Bool
        switch Array(bytes[..<4]) {
        case [0x49, 0x49, 0x2A, 0]: isBigEndian = false
        case [0x4D, 0x4D, 0, 0x2A]: isBigEndian = true
        default: return nil
        }
        func number(_ offset: Int, _ count: Int) -> Int? {
            guard offset >= 0, offset <= bytes.count - count else { return nil }
            let digits = bytes[offset..<(offset + count)]
            return (isBigEndian ? Array(digits) : digits.reversed()).reduce(0) {
                $0 << 8 | Int($1)
            }
        }
        guard let list = number(4, 4), let count = number(list, 2) else { return nil }
        var value: Int?
        for index in 0..<count {
            let entry = list + 2 + 12 * index
            guard let tag = number(entry, 2), let type = number(entry + 2, 2),
                let length = number(entry + 4, 4), number(entry + 8, 4) != nil
            else { break }
            guard tag == 0x0112, length == 1 else { continue }
            // A byte, a short, or a long.
            guard let size = [1: 1, 3: 2, 4: 4][type] else { continue }
            value = number(entry + 8, size)
        }
        guard let value, let orientation = ImageOrientation(rawValue: value) else { return nil }
        self = orientation
    }

    /// The orientation that XMP gives as `tiff:Orientation`.
    init?(xmp: some Collection<UInt8>) {
        let text = Array(xmp)
        let name = Array("tiff:Orientation".utf8)
        guard text.count > name.count else { return nil }
        for start in 0..<(text.count - name.count) where text[start] == name[0] {
            guard text[start..<(start + name.count)].elementsEqual(name) else { continue }
            let rest = text[(start + name.count)...].prefix(3)
            for opening in ["=\"", ">"] {
                guard rest.starts(with: opening.utf8),
                    let digit = rest.dropFirst(opening.utf8.count).first,
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
                else { continue }
                self.init(rawValue: Int(digit - UInt8(ascii: "0")))
                return
            }
        }
        return nil
    }

    /// The orientation of a JPEG, from its segments before the pixels.
    ///
    /// - Returns: whether the pixels were reached, so that no segment can follow.
    static func ofJPEG(_ data: Data) -> (orientation: ImageOrientation, isWhole: Bool) {
        let bytes = [UInt8](data)
        var exif: [UInt8] = []
        var xmp: [UInt8] = []
        var offset = 2
        var isWhole = false
        while offset + 4 <= bytes.count {
            guard bytes[offset] == 0xFF else { break }
            let marker = bytes[offset + 1]
            // Fill bytes, and markers without a length.
            if marker == 0xFF {
                offset += 1
                continue
            }
            if marker == 0x01 || (0xD0...0xD8).contains(marker) {
                offset += 2
                continue
            }
            isWhole = marker == 0xDA || marker == 0xD9
            let length = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
            let end = offset + 2 + length
            guard !isWhole, length >= 2, end <= bytes.count else { break }
            let content = bytes[(offset + 4)..<end]
            if marker == 0xE1, content.starts(with: "Exif\0\0".utf8) {
                exif += exif.isEmpty ? content : content.dropFirst(6)
            } else if marker == 0xE1, content.starts(with: "http://ns.adobe.com/xap/1.0/\0".utf8) {
                xmp = Array(content)
            }
            offset = end
        }
        return (ImageOrientation(exif: exif) ?? ImageOrientation(xmp: xmp) ?? .upright, isWhole)
    }

    /// The orientation of a PNG, from its chunk eXIf, which may follow the pixels.
    ///
    /// - Parameter bytes: gives `count` bytes of the file at `offset`; fewer at its end.
    static func ofPNG(_ bytes: (_ offset: Int, _ count: Int) -> [UInt8]) -> ImageOrientation {
        /// As much as libpng accepts of a chunk here.
        let most = 8 << 20
        var offset = 8
        while true {
            let header = bytes(offset, 8)
            guard header.count == 8 else { return .upright }
            let length = header[..<4].reduce(0) { $0 << 8 | Int($1) }
            if header[4...].elementsEqual("eXIf".utf8) {
                guard length <= most else { return .upright }
                let content = bytes(offset + 8, length)
                return ImageOrientation(exif: content) ?? .upright
            }
            if header[4...].elementsEqual("IEND".utf8) { return .upright }
            offset += 12 + length
        }
    }
}
