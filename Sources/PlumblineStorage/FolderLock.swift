import Foundation

/// Keeps a second process out of a folder while this one works in it.
///
/// The lock is the kernel's (`flock`) on a file `.lock` in the folder. It ends with the process,
/// however that ends. The file names its holder.
public final class FolderLock {
    private let path: String
    private let descriptor: Int32

    /// - Throws: ``StorageError`` that names the process that holds the folder.
    public convenience init(_ folder: String) throws {
        try self.init(folder) { holder in
            throw StorageError(
                folder, "is in use by \(holder); wait for it, or choose another output folder")
        }
    }

    /// Takes the folder, however long that takes.
    ///
    /// - Parameter whileHeld: is called with the name of the holder before each new attempt. It
    ///   waits, or throws to give up.
    public init(_ folder: String, whileHeld: (_ holder: String) throws -> Void) throws {
        path = "\(folder)/.lock"
        while true {
            let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard opened >= 0 else {
                let reason = String(cString: strerror(errno))
                throw StorageError(path, "cannot be opened: \(reason)")
            }
            guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
                let holder = Self.content(opened)
                close(opened)
                try whileHeld(holder.isEmpty ? "another process" : holder.printable)
                continue
            }
            // The former holder may have removed the file between the two calls.
            var mine = stat()
            var present = stat()
            if fstat(opened, &mine) == 0, stat(path, &present) == 0, mine.st_ino == present.st_ino {
                descriptor = opened
                break
            }
            close(opened)
        }
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        let name = String(
            decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let since = ISO8601DateFormatter().string(from: Date())
        let holder = "process \(getpid()) on \(name) since \(since)"
        ftruncate(descriptor, 0)
        // Without the text the lock holds all the same.
        _ = holder.withCString { write(descriptor, $0, strlen($0)) }
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    private static func content(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : ""
    }
}
