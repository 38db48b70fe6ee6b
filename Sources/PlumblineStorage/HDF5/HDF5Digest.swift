import Foundation

/// The digest that stands in front of our own HDF5 files.
///
/// HDF5 leaves the first 512 bytes of a file to its user (the "user block") where they are asked
/// for; h5py and every other reader pass over them. Here they hold a text: what the file is, its
/// length, and the SHA-256 of all that follows the block. Any change of the file is noticed by it
/// before the HDF5 library, which trusts what it reads, sees a byte.
///
/// The magic words stand at both ends, so that one damaged bit cannot make the file pass as one
/// that has no digest.
enum HDF5Digest {
    static let blockSize = 512
    private static let format = 1
    private static let magic = "Plumbline HDF5 with digest"

    /// Every byte of the block for a file of `length` bytes whose rest has the digest `digest`.
    static func block(length: Int, digest: String, format: Int = Self.format) -> [UInt8] {
        let head = "\(magic) \(format)\nlength \(length)\nsha256 \(digest)\n"
        let tail = "\n\(magic) \(format)\n"
        let space = String(repeating: " ", count: blockSize - head.utf8.count - tail.utf8.count)
        return Array((head + space + tail).utf8)
    }

    /// Fills in the block of a file that is otherwise complete.
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
    /// - Returns: whether it has one; older files of ours and foreign ones have none.
    /// - Throws: ``StorageError`` where the file is not as it was written.
    static func verify(_ file: Int32, path: String) throws -> Bool {
        let found = try firstBytes(file, blockSize, path: path)
        let (head, tail) = (format(at: found), format(atEnd: found))
        guard head.isOurs || tail.isOurs else { return false }
        if let format = head.number, format == tail.number, format != Self.format {
            throw StorageError(
                path, "has a digest of format \(format); this Plumbline reads \(Self.format)")
        }
        var digest = Digest()
        let count = try digest.add(file, from: blockSize, path: path)
        let length = blockSize + count
        guard found == block(length: length, digest: digest.finish()) else {
            let stated = statedLength(found)
            let problem =
                stated.map { $0 > length } == true
                ? "truncated: \(length) of \(stated!) bytes are there"
                : "its contents are not what its digest says"
            throw StorageError(path, "damaged, or changed after it was written: \(problem)")
        }
        return true
    }

    /// - Returns: fewer bytes where the file is shorter.
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
