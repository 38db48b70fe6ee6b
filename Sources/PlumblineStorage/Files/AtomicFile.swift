import Foundation

/// A file that is written aside and then put in its place: a reader sees the old file or the new
/// one, and a failure leaves the old.
///
/// The file aside lies beside its target as `NAME.<16 random hexadecimal digits>.partial`. It is
/// created exclusively, so that nobody can have laid a link there, and it is locked (`flock`) as
/// long as its writer lives. What the next write of the same target finds unlocked was left by a
/// process that died, and is removed. Where the disk knows no locks, only what has not been changed
/// for a day is.
public final class AtomicFile {
    /// The name that the caller gave.
    public let path: String
    /// The open file aside, for reading and writing.
    public let descriptor: Int32
    private let target: String
    private let aside: String

    /// Creates the file aside, has `body` fill it, and puts it in place.
    ///
    /// A target that is a symbolic link is followed: the file that it leads to is replaced.
    ///
    /// - Parameter durable: also wait for the disk. A process that is killed loses nothing without
    ///   it; a machine that loses power may.
    /// - Throws: ``StorageError`` with the system's reason, or what `body` throws.
    public static func write<Result>(
        _ path: String, durable: Bool = true, _ body: (AtomicFile) throws -> Result
    ) throws -> Result {
        // A limit on the size of files ends the program otherwise, without a word.
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

    /// Removes what writers of `path` that died have left beside it.
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

    /// A name of the file aside for libraries that open by name. It leads to the file that was
    /// created, whatever happened to its name since.
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
            // Another writer may have taken the new file for a leftover in the moment before the
            // lock.
            let isLocked = flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
            var about = stat()
            if isLocked, fstat(descriptor, &about) == 0, about.st_nlink > 0 {
                (self.path, self.target) = (path, target)
                (self.descriptor, self.aside) = (descriptor, aside)
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
        // The new name is on the disk when the folder is. A disk that cannot do that is no failure.
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

    /// The target's name, cut so that the name aside has at most 255 bytes.
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
        // A link, a folder or a device is none of ours.
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
