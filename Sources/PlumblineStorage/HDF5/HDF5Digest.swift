import Foundation

/// The digest at the beginning of Plumbline's own HDF5 files.
///
/// An HDF5 file can begin with 512 bytes for its user (the "user block"). h5py and every other
/// reader skip them. Here they hold a text: what the file is, its length, and the SHA-256 of the
/// bytes after the block. The HDF5 library trusts what it reads. The digest finds any change of the
/// file before the library reads it.
///
/// The magic words are at both ends of the block. So one damaged bit cannot make the file look like
/// a file without a digest.
enum HDF5Digest {
    static let blockSize = 512
    private static let format = 1
    private static let magic = "Plumbline HDF5 with digest"

    /// The block of a file of `length` bytes.
    ///
    /// `digest` is the digest of the bytes after the block.
    static func block(length: Int, digest: String, format: Int = Self.format) -> [UInt8] {
        let head = "\(magic) \(format)\nlength \(length)\nsha256 \(digest)\n"
        let tail = "\n\(magic) \(format)\n"
        let space = String(repeating: " ", count: blockSize - head.utf8.count - tail.utf8.count)
        return Array((head + space + tail).utf8)
    }

    /// Writes the block of a file that is otherwise complete.
    static func write(to file: AtomicFile) throws {
        var digest = Digest()
        let count = try digest.add(file.descriptor, from: blockSize, path: file.path)
        let block = block(length: blockSize + count, digest: digest.finish())
        let written = block.withUnsafeBytes {
            pwrite(file.descriptor, $0.baseAddress, $0.count, 0)
        }
        guard written == block.count else {
            throw StorageError(file.path, "cannot write: \(OutputFile.reason(errno))")
        }
    }

    /// Compares a file with its digest.
    ///
    /// - Returns: whether the file has a digest. Older files and files of other programs have none.
    /// - Throws: ``StorageError`` if the file has changed since it was written.
    static func verify(_ file: Int32, path: String) throws -> Bool {
        let start = try firstBytes(file, blockSize, path: path)
        let (head, tail) = (format(at: start), format(atEnd: start))
        guard head.isOurs || tail.isOurs else { return false }
        if let format = head.number, format == tail.number, format != Self.format {
            throw StorageError(
                path, "has a digest of format \(format); this Plumbline reads \(Self.format)")
        }
        var digest = Digest()
        let count = try digest.add(file, from: blockSize, path: path)
        let length = blockSize + count
        guard start == block(length: length, digest: digest.finish()) else {
            let stated = statedLength(start)
            let problem =
                stated.map { $0 > length } == true
                ? "truncated: \(length) of \(stated!) bytes are there"
                : "its contents are not what its digest says"
            throw StorageError(path, "damaged, or changed after it was written: \(problem)")
        }
        return true
    }

    /// - Returns: fewer bytes if the file is shorter.
    static func firstBytes(_ file: Int32, _ count: Int, path: String, at offset: Int = 0) throws
        -> [UInt8]
    {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let read = bytes[done...].withUnsafeMutableBytes {
                pread(file, $0.baseAddress, $0.count, offset + done)
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else {
                throw StorageError(path, "cannot be read: \(String(cString: strerror(errno)))")
            }
            if read == 0 { break }
            done += read
        }
        return Array(bytes[..<done])
    }

    private static func format(at block: [UInt8]) -> (isOurs: Bool, number: Int?) {
        guard block.starts(with: Array(magic.utf8)) else { return (false, nil) }
        let rest = block.dropFirst(magic.utf8.count + 1).prefix { $0 != UInt8(ascii: "\n") }
        return (true, Int(String(decoding: rest.prefix(10), as: UTF8.self)))
    }

    private static func format(atEnd block: [UInt8]) -> (isOurs: Bool, number: Int?) {
        guard block.count == blockSize else { return (false, nil) }
        let newline = UInt8(ascii: "\n")
        return format(at: Array(block.dropLast().split(separator: newline).last ?? []) + [newline])
    }

    private static func statedLength(_ block: [UInt8]) -> Int? {
        let lines = String(decoding: block, as: UTF8.self).split(separator: "\n")
        return lines.count > 1 && lines[1].hasPrefix("length ") ? Int(lines[1].dropFirst(7)) : nil
    }
}
