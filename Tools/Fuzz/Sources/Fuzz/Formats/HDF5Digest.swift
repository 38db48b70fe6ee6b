import Foundation
import PlumblineStorage

/// The digest in the first 512 bytes of Plumbline's own HDF5 files.
///
/// It is a text with the kind of the file, its length, and the SHA-256 of the following bytes.
enum HDF5Digest {
    private static let blockSize = 512
    private static let magic = Array("Plumbline HDF5 with digest".utf8)

    /// Writes the length and the digest again.
    ///
    /// A file without them is not changed.
    static func repair(_ bytes: inout [UInt8]) {
        guard bytes.count >= blockSize, bytes.starts(with: magic) else { return }
        let lines = bytes[..<blockSize].split(separator: UInt8(ascii: "\n"))
        guard let title = lines.first, let end = lines.last, lines.count >= 4,
            title.count + end.count < blockSize / 2
        else { return }
        let digest = sha256(of: Data(bytes[blockSize...]))
        let head = Array(title) + Array("\nlength \(bytes.count)\nsha256 \(digest)\n".utf8)
        let tail = [UInt8(ascii: "\n")] + Array(end) + [UInt8(ascii: "\n")]
        let space = blockSize - head.count - tail.count
        guard space >= 0 else { return }
        let filler = [UInt8](repeating: UInt8(ascii: " "), count: space)
        bytes.replaceSubrange(..<blockSize, with: head + filler + tail)
    }
}
