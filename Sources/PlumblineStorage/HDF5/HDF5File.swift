import CHDF5
import Foundation
import HDF5Reader

/// An HDF5 file that h5py can open.
///
/// A file is either read (``open(_:)``) or written (``write(_:durable:_:)``). All reading happens
/// in a child process: see ``ReaderProcess``. The library underneath is not thread-safe: write
/// files from one thread.
public final class HDF5File {
    public let path: String
    let side: Side

    enum Side {
        case reading(ReaderProcess, fileSize: Int)
        case writing(hid_t)
    }

    private init(path: String, side: Side) {
        self.path = path
        self.side = side
    }

    // MARK: Opening

    /// Opens a file for reading.
    ///
    /// If the file has a digest (see ``HDF5Digest``), it is checked first.
    ///
    /// - Throws: ``StorageError`` if the file is missing, damaged, locked or not an HDF5 file.
    public static func open(_ path: String) throws -> HDF5File {
        // A pipe would block.
        let file = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            let reason = errno == ENOENT ? "no such file" : String(cString: strerror(errno))
            throw StorageError(path, reason)
        }
        defer { close(file) }
        var about = stat()
        guard fstat(file, &about) == 0, about.st_mode & S_IFMT != S_IFDIR else {
            throw StorageError(path, "is a folder")
        }
        guard about.st_mode & S_IFMT == S_IFREG else { throw StorageError(path, "is no file") }
        let size = Int(about.st_size)
        if try !HDF5Digest.verify(file, path: path) {
            try checkForeign(file, path: path, size: size)
        }
        let reader = try ReaderProcess(path, file: file)
        _ = try reader.answer(.init(PLUMBLINE_H5_OPEN))
        return HDF5File(path: path, side: .reading(reader, fileSize: size))
    }

    /// Whether a file has the signature of HDF5.
    ///
    /// The signature is at the beginning of the file, or after a user block at byte 512, 1024, 2048
    /// and so on.
    public static func isHDF5(_ path: String) -> Bool {
        let file = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return false }
        defer { close(file) }
        var about = stat()
        guard fstat(file, &about) == 0, about.st_mode & S_IFMT == S_IFREG else { return false }
        return (try? superblock(file, path: path, size: Int(about.st_size))) ?? nil != nil
    }

    /// The offset of the signature; `nil` if there is none.
    private static func superblock(_ file: Int32, path: String, size: Int) throws -> Int? {
        let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
        var offset = 0
        while offset < size {
            if try HDF5Digest.firstBytes(file, 8, path: path, at: offset) == signature {
                return offset
            }
            offset = offset == 0 ? 512 : 2 * offset
        }
        return nil
    }

    /// Checks a file without a digest before the library opens it.
    private static func checkForeign(_ file: Int32, path: String, size: Int) throws {
        guard let offset = try superblock(file, path: path, size: size) else {
            let start = try HDF5Digest.firstBytes(file, 512, path: path)
            let kind = FileSignature.name(start).map { ": it is \($0)" } ?? ""
            throw StorageError(path, "not a readable HDF5 file\(kind)")
        }
        let locked = "locked or left open by another program (h5clear -s FILE)"
        if flock(file, LOCK_SH | LOCK_NB) == 0 {
            flock(file, LOCK_UN)
        } else if errno == EWOULDBLOCK {
            throw StorageError(path, locked)
        }
        // The third version of the superblock says whether a writer has closed the file.
        let header = try HDF5Digest.firstBytes(file, 12, path: path, at: offset)
        if header.count == 12, header[8] == 3, header[11] & 1 != 0 {
            throw StorageError(path, locked)
        }
    }

    // MARK: Writing

    /// Sets the library up once.
    ///
    /// It must not print errors, because this code throws them. It must not work at exit: there it
    /// would write again to a full disk, and crash.
    static let isReady: Bool = H5dont_atexit() >= 0 && plumbline_h5_silence() >= 0

    /// Writes a file under a temporary name, flushes it to the disk, and renames it.
    ///
    /// A reader sees either the old file or the new one. See ``AtomicFile`` and ``HDF5Digest``.
    ///
    /// - Parameter durable: whether to wait for the disk. Without it, a killed process loses
    ///   nothing, but a machine that loses power may.
    /// - Throws: ``StorageError`` with the system's reason, or what `body` throws.
    public static func write(
        _ path: String, durable: Bool = true, _ body: (HDF5File) throws -> Void
    ) throws {
        guard isReady else { throw StorageError(path, "the HDF5 library does not start") }
        try AtomicFile.write(path, durable: durable) { aside in
            let file = try create(aside)
            do { try body(file) } catch {
                file.abandon()
                throw error
            }
            try file.finish()
            try HDF5Digest.write(to: aside)
        }
    }

    private static func create(_ aside: AtomicFile) throws -> HDF5File {
        let access = H5Pcreate(plumbline_h5_file_access())
        let creation = H5Pcreate(plumbline_h5_file_create())
        defer {
            H5Pclose(access)
            H5Pclose(creation)
        }
        // The newer format has checksums of its metadata, so that other programs notice damage too.
        H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110)
        plumbline_h5_without_locks(access)
        H5Pset_obj_track_times(creation, false)
        H5Pset_userblock(creation, hsize_t(HDF5Digest.blockSize))
        let id = H5Fcreate(aside.openName, plumbline_h5_truncate(), creation, access)
        guard id >= 0 else { throw refusal(aside.path, "cannot create the file") }
        return HDF5File(path: aside.path, side: .writing(id))
    }

    private func finish() throws {
        guard case .writing(let id) = side else { return }
        guard H5Fflush(id, H5F_SCOPE_GLOBAL) >= 0 else {
            let error = Self.refusal(path, "cannot write")
            abandon()
            throw error
        }
        guard H5Fclose(id) >= 0 else { throw Self.refusal(path, "cannot write") }
    }

    private func abandon() {
        if case .writing(let id) = side { H5Fclose(id) }
    }

    /// The error of a call of the library that has just failed, with the system's reason if any.
    static func refusal(_ path: String, _ what: String) -> StorageError {
        var failure = plumbline_h5_last_failure()
        if failure.number != 0 {
            return StorageError(path, "\(what): \(OutputFile.reason(failure.number))")
        }
        let text = withUnsafeBytes(of: &failure.text) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        return StorageError(path, "\(what): the HDF5 library refuses (\(text))")
    }
}
