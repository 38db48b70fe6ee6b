import Foundation

// Masks are scanned for every score, so they are read as bytes: a flag is a byte, 0 or 1.

extension [Bool] {
    /// Whether a pixel is set.
    var hasPixel: Bool { contains(byte: 1) }

    /// Whether a pixel is not set.
    var hasGap: Bool { contains(byte: 0) }

    private func contains(byte: Int32) -> Bool {
        withUnsafeBytes { bytes in
            bytes.baseAddress.map { memchr($0, byte, bytes.count) != nil } ?? false
        }
    }

    /// The number of pixels that are set.
    var pixelCount: Int {
        withUnsafeBytes { bytes in
            var count: Int32 = 0
            for byte in bytes { count &+= Int32(byte) }
            return Int(count)
        }
    }
}
