import Foundation

/// Reads whole files of labels.
package enum WholeFile {
    /// - Parameter most: bytes; a larger file is refused before it is read.
    /// - Throws: ``DatasetError`` for what is no regular file, cannot be read or is too large.
    package static func read(_ path: String, most: Int = 1 << 28) throws -> Data {
        try checkSize(path, most)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw DatasetError(path, "not readable")
        }
        return data
    }

    /// The bytes of a file that may be larger than memory.
    ///
    /// - Throws: ``DatasetError`` for what is no regular file or cannot be read.
    static func mapped(_ path: String) throws -> Data {
        try checkSize(path, .max)
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
        } catch { throw DatasetError(path, "not readable: \(error.localizedDescription)") }
    }

    private static func checkSize(_ path: String, _ most: Int) throws {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw DatasetError(path, "no such file, or not readable")
        }
        guard Int(status.st_size) <= most else {
            throw DatasetError(path, "a file of \(status.st_size) bytes; at most \(most) are read")
        }
    }
}
