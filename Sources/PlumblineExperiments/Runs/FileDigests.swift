import Foundation
import PlumblineStorage
import PlumblineTensors
import Synchronization

/// The SHA-256 of input files by content, remembered between runs in one HDF5 file.
///
/// A stage is found by the contents of its input files, so a data set may be moved or copied, and
/// every change is noticed. The first run reads each file once more than training does. Later runs
/// read a file again only if its ``Stamp`` differs.
package final class FileDigests {
    private let path: String
    private var remembered: [String: Entry] = [:]
    /// Whether there is more to remember than the file at `path` says.
    private var hasNews = false

    private struct Entry {
        var stamp: String
        var digest: String
    }

    /// A file that changed so recently may change again without another time stamp.
    private static let secondsUntilSettled = 2.0
    private static let formatVersion = 1

    /// Reads what earlier runs remembered, if there is such a file.
    ///
    /// A file that cannot be read is reported. Then every digest is computed again.
    package init(_ path: String) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else { return }
        do { remembered = try Self.read(path) } catch {
            Progress.warn("\(error); the digests of all input files are computed again")
        }
    }

    /// The digest of one file.
    ///
    /// - Throws: ``StorageError`` if it cannot be read or is no regular file.
    package func digest(ofFile file: String) throws -> String {
        try digests(ofFiles: [file], title: "")[0]
    }

    /// The digests of many files, in their order.
    ///
    /// - Parameter title: the name of this work in the progress line.
    /// - Throws: ``StorageError`` for the first file that cannot be read or is no regular file;
    ///   ``Interrupted``.
    package func digests(ofFiles files: [String], title: String) throws -> [String] {
        let stamps = try files.map { try Stamp($0) }
        let unknown = files.indices.filter { remembered[files[$0]]?.stamp != stamps[$0].text }
        let computed = try compute(unknown.map { files[$0] }, title)
        var digests = files.map { remembered[$0]?.digest ?? "" }
        for (index, digest) in zip(unknown, computed) {
            digests[index] = digest
            try remember(files[index], stamps[index], digest)
        }
        return digests
    }

    private func remember(_ file: String, _ stamp: Stamp, _ digest: String) throws {
        guard stamp.secondsSinceChange >= Self.secondsUntilSettled,
            try Stamp(file).text == stamp.text
        else { return }
        remembered[file] = Entry(stamp: stamp.text, digest: digest)
        hasNews = true
    }

    private struct Computed {
        var digests: [String]
        var problem: (any Error)?
    }

    private func compute(_ files: [String], _ title: String) throws -> [String] {
        let computed = Mutex(Computed(digests: Array(repeating: "", count: files.count)))
        let progress = Progress(title, total: files.count, unit: " files")
        for start in stride(from: 0, to: files.count, by: 64) {
            try Interruption.check("while the digests of input files were computed")
            let end = min(files.count, start + 64)
            Parallel.forRanges(end - start, grain: 1) { range, _ in
                for index in range {
                    do {
                        let digest = try sha256(ofFile: files[start + index])
                        computed.withLock { $0.digests[start + index] = digest }
                    } catch {
                        computed.withLock { $0.problem = $0.problem ?? error }
                    }
                }
            }
            if let problem = computed.withLock({ $0.problem }) { throw problem }
            if end < files.count { progress.update(end) }
        }
        return computed.withLock { $0.digests }
    }

    // MARK: The file

    /// Writes the digests for later runs, if there are new ones.
    ///
    /// - Throws: ``StorageError`` if the file cannot be written.
    package func save() throws {
        guard hasNews else { return }
        let rows = remembered.sorted { $0.key < $1.key }
        var table = Table()
        table.add("path", .texts(rows.map(\.key)))
        table.add("stamp", .texts(rows.map(\.value.stamp)))
        table.add("sha256", .texts(rows.map(\.value.digest)))
        try HDF5File.write(path, durable: false) { file in
            try file.write("files", table)
            try file.setAttribute("format_version", Self.formatVersion)
        }
        hasNews = false
    }

    private static func read(_ path: String) throws -> [String: Entry] {
        let file = try HDF5File.open(path)
        try file.checkVersion(formatVersion...formatVersion)
        let table = try file.table("files")
        guard let paths = table.texts("path"), let stamps = table.texts("stamp"),
            let digests = table.texts("sha256")
        else { throw StorageError(path, "files: must have the columns path, stamp, sha256") }
        guard digests.allSatisfy({ $0.utf8.count == 64 && $0.allSatisfy(\.isHexDigit) }) else {
            throw StorageError(path, "files: a sha256 must have 64 hexadecimal digits")
        }
        var entries: [String: Entry] = [:]
        for (index, name) in paths.enumerated() {
            entries[name] = Entry(stamp: stamps[index], digest: digests[index])
        }
        return entries
    }

    /// What differs if a file was written again: its inode, its size, and the times of its last
    /// changes.
    ///
    /// Programs can set the time of the last change of the content back, but not that of the last
    /// change of the status (`ctime`).
    private struct Stamp {
        let text: String
        let secondsSinceChange: Double

        init(_ file: String) throws {
            var about = stat()
            guard stat(file, &about) == 0 else {
                throw StorageError(file, String(cString: strerror(errno)))
            }
            guard about.st_mode & S_IFMT == S_IFREG else {
                throw StorageError(file, "is no regular file, so its content has no digest")
            }
            let modified = "\(about.st_mtim.tv_sec).\(about.st_mtim.tv_nsec)"
            let changed = "\(about.st_ctim.tv_sec).\(about.st_ctim.tv_nsec)"
            text = "\(about.st_ino) \(about.st_size) \(modified) \(changed)"
            let seconds = Double(about.st_ctim.tv_sec) + Double(about.st_ctim.tv_nsec) / 1e9
            secondsSinceChange = Date().timeIntervalSince1970 - seconds
        }
    }
}
