import Foundation

/// A file that is written under a temporary name and then renamed.
///
/// A reader sees either the old file or the new one. If the writer fails, the old file remains.
///
/// The temporary file is in the folder of its target and is called
/// `NAME.<16 random hexadecimal digits>.partial`. It is created exclusively, so that nobody can
/// place a link there. It is locked (`flock`) as long as its writer lives. The next write of the
/// same target removes unlocked temporary files, because their writers have died. On disks without
/// locks, it removes only those that have not changed for a day.
public final class AtomicFile {
    /// The name that the caller gave.
    public let path: String
    /// The open temporary file, for reading and writing.
    public let descriptor: Int32
    private let target: String
    private let aside: String

    /// Creates the temporary file, lets `body` fill it, and renames it.
    ///
    /// If the target is a symbolic link, the file that it leads to is replaced.
    ///
    /// - Parameter durable: whether to wait for the disk. Without it, a killed process loses
    ///   nothing, but a machine that loses power may.
    /// - Throws: ``StorageError`` with the system's reason, or what `body` throws.
    public static func write<Result>(
        _ path: String, durable: Bool = true, _ body: (AtomicFile) throws -> Result
    ) throws -> Result {
        // Otherwise a limit on the size of files ends the program without a message.
        signal(SIGXFSZ, SIG_IGN)
        let target = try OutputFile.resolved(path)
        removeLeftovers(of: target)
        let file = try AtomicFile(path, target: target)
        do {
            let result = try body(file)
            try file.finish(durable: durable)
            close(file.descriptor)
            return result
        } catch {
            unlink(file.aside)
            close(file.descriptor)
            throw error
        }
    }

    /// Removes the temporary files of writers of `path` that have died.
    public static func removeLeftovers(of path: String) {
        guard let target = try? OutputFile.resolved(path) else { return }
        let folder = OutputFile.folder(of: target)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where isAside(name, of: target) { removeIfDead("\(folder)/\(name)") }
    }

    /// Appends bytes.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            // Linux writes at most 2 GB at once.
            let count = min(bytes.count - done, 1 << 30)
            let written = Foundation.write(descriptor, bytes.baseAddress! + done, count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure("cannot write", errno) }
            done += written
        }
    }

    /// Appends bytes.
    public func write(_ data: Data) throws {
        try data.withUnsafeBytes { try write($0) }
    }

    /// A name of the temporary file, for libraries that open files by name.
    ///
    /// It leads to the file that was created, even if that file was renamed since.
    var openName: String {
        let name = "/proc/self/fd/\(descriptor)"
        return access(name, W_OK) == 0 ? name : aside
    }

    private init(_ path: String, target: String) throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<100 {
            let aside = Self.aside(target, random: random.next())
            let descriptor = open(aside, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else {
                if errno == EEXIST { continue }
                throw StorageError(path, "cannot be written: \(OutputFile.reason(errno))")
            }
            // Before the lock was taken, another writer may have removed the new file.
            let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
            var about = stat()
            if isLocked, fstat(descriptor, &about) == 0, about.st_nlink > 0 {
                self.path = path
                self.target = target
                self.descriptor = descriptor
                self.aside = aside
                return
            }
            close(descriptor)
        }
        throw StorageError(path, "cannot be written: no free name beside it")
    }

    private func finish(durable: Bool) throws {
        if durable, fsync(descriptor) != 0 { throw failure("cannot write", errno) }
        guard rename(aside, target) == 0 else {
            throw failure("cannot put the file in place", errno)
        }
        guard durable else { return }
        // The folder must be flushed too, for the new name. Some disks cannot do that; this is no
        // error.
        let folder = open(OutputFile.folder(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    private func failure(_ what: String, _ number: Int32) -> StorageError {
        StorageError(path, "\(what): \(OutputFile.reason(number))")
    }

    // MARK: Names and leftovers

    private static let ending = ".partial"
    private static let digits = 16

    private static func aside(_ target: String, random: UInt64) -> String {
        let digits = String(random, radix: 16)
        let padded = String(repeating: "0", count: Self.digits - digits.count) + digits
        return "\(OutputFile.folder(of: target))/\(stem(target)).\(padded)\(ending)"
    }

    /// The target's name, cut so that the temporary name has at most 255 bytes.
    private static func stem(_ target: String) -> String {
        let name = target.split(separator: "/").last.map(String.init) ?? target
        var stem = ""
        for character in name {
            let text = String(character)
            if stem.utf8.count + text.utf8.count > 255 - 1 - digits - ending.utf8.count { break }
            stem += text
        }
        return stem
    }

    private static func isAside(_ name: String, of target: String) -> Bool {
        let start = stem(target) + "."
        guard name.hasPrefix(start), name.hasSuffix(ending) else { return false }
        let middle = name.dropFirst(start.count).dropLast(ending.count)
        return middle.count == digits
            && middle.allSatisfy { $0.isHexDigit && ($0.isNumber || $0.isLowercase) }
    }

    private static func removeIfDead(_ aside: String) {
        // Temporary files are never links, folders or devices.
        let descriptor = open(aside, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var about = stat()
        guard fstat(descriptor, &about) == 0, about.st_mode & S_IFMT == S_IFREG else { return }
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
            unlink(aside)
        } else if errno != EWOULDBLOCK, time(nil) - about.st_mtim.tv_sec > 24 * 3600 {
            unlink(aside)
        }
    }
}
