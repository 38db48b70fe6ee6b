import Foundation

/// Reads and writes whole files.
enum Files {
    /// Writes a new file.
    ///
    /// A program that still maps the old file keeps the old bytes.
    static func write(_ bytes: [UInt8], to path: String) throws {
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes[done...].withUnsafeBytes { writeSome(file, $0) }
            guard count > 0 else { throw Failure("\(path): \(String(cString: strerror(errno)))") }
            done += count
        }
    }

    private static func writeSome(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        Foundation.write(file, bytes.baseAddress, bytes.count)
    }

    static func read(_ path: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure("\(path): no such file, or not readable")
        }
        return [UInt8](data)
    }

    /// The sorted names of a folder's files.
    ///
    /// Empty if the folder does not exist.
    static func names(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    static func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    /// A new folder for this process, in memory if the machine has a memory disk.
    static func temporaryFolder() throws -> String {
        let shared = "/dev/shm"
        let base =
            access(shared, W_OK) == 0 ? shared : FileManager.default.temporaryDirectory.path
        let path = "\(base)/plumbline-fuzz-\(getpid())"
        try makeFolder(path)
        return path
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }
}

/// An error of the harness itself.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
