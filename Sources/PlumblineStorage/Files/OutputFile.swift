import Foundation

/// Checks a file that will be written, before the work begins.
public enum OutputFile {
    /// Checks that a file of this name can be written later.
    ///
    /// Changes nothing.
    ///
    /// Its folder must exist and must be writable. The name must not be that of a folder or a
    /// device.
    ///
    /// - Throws: ``StorageError`` with the problem.
    public static func check(_ path: String) throws {
        let target = try resolved(path)
        let folder = self.folder(of: target)
        var about = stat()
        guard stat(folder, &about) == 0 else {
            let reason = errno == ENOENT ? "there is no folder" : String(cString: strerror(errno))
            throw StorageError(path, "cannot be written: \(folder): \(reason)")
        }
        guard about.st_mode & S_IFMT == S_IFDIR else {
            throw StorageError(path, "cannot be written: \(folder) is not a folder")
        }
        guard access(folder, W_OK | X_OK) == 0 else {
            throw StorageError(
                path, "cannot be written: \(folder): \(String(cString: strerror(errno)))")
        }
        if let last = target.split(separator: "/").last, last.utf8.count > 255 {
            throw StorageError(path, "cannot be written: its name is longer than 255 bytes")
        }
    }

    /// Whether two names lead to one file, by its device and inode.
    ///
    /// `false` if one does not exist.
    public static func isSameFile(_ a: String, _ b: String) -> Bool {
        var first = stat()
        var second = stat()
        guard stat(a, &first) == 0, stat(b, &second) == 0 else { return false }
        return first.st_dev == second.st_dev && first.st_ino == second.st_ino
    }

    /// The path after all symbolic links are followed.
    ///
    /// - Throws: ``StorageError`` if it is a folder or a device, or if the links form a circle.
    static func resolved(_ path: String) throws -> String {
        guard !path.isEmpty, !path.hasSuffix("/") else {
            throw StorageError(path, "is the name of no file")
        }
        var target = path
        // Linux follows the same number of links.
        for _ in 0..<40 {
            var about = stat()
            // A file that does not exist yet is not a link.
            guard lstat(target, &about) == 0 else { return target }
            switch about.st_mode & S_IFMT {
            case S_IFREG: return target
            case S_IFDIR: throw StorageError(path, "is a folder, not a file to write")
            case S_IFLNK: break
            default: throw StorageError(path, "is a device or a pipe, not a file to write")
            }
            var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX) + 1)
            let length = buffer.withUnsafeMutableBytes { bytes in
                readlink(
                    target, bytes.baseAddress!.assumingMemoryBound(to: CChar.self), bytes.count)
            }
            guard length > 0 else {
                throw StorageError(
                    path, "cannot follow the link: \(String(cString: strerror(errno)))")
            }
            let link = String(decoding: buffer[..<length], as: UTF8.self)
            target = link.hasPrefix("/") ? link : "\(folder(of: target))/\(link)"
        }
        throw StorageError(path, "is a symbolic link that leads in a circle")
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Why the system refused to write.
    static func reason(_ number: Int32) -> String {
        switch number {
        case ENOSPC, EDQUOT: "\(String(cString: strerror(number))): is the disk full?"
        default: String(cString: strerror(number))
        }
    }
}
