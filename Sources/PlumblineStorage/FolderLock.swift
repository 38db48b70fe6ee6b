import Foundation

/// Locks a folder, so that only one process works in it.
///
/// The lock is a kernel lock (`flock`) on the file `.lock` in the folder. It ends with the process,
/// even if the process is killed. The file names the process that holds the lock.
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

    /// Waits until the folder is free, and locks it.
    ///
    /// - Parameter whileHeld: called with the name of the holder before each new attempt. It should
    ///   sleep. If it throws, this gives up.
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
            // The previous holder may have removed the file between the two calls.
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
        // The lock is valid even if this text cannot be written.
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
