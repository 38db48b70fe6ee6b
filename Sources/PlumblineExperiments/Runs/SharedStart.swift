import Foundation
import PlumblineData
import PlumblineStorage

/// A starting model that several runs share, in the store of `train.shared`.
///
/// It is a folder that is named by the hash of its stage. One process at a time trains it, under a
/// lock. A finished model does not change any more.
struct SharedStart {
    let folder: String

    /// - Parameter store: the folder of all shared starting models.
    init(store: String, identity: StageIdentity) throws {
        // 80 bits: among a billion models, two have the same name with a chance of one in a
        // million.
        folder = "\(store)/start-\(try identity.hash.prefix(20))"
    }

    private var isFinished: Bool {
        FileManager.default.fileExists(atPath: TrainingStage.lastPath(folder))
    }

    /// Runs `body` as the only process that works in the folder.
    ///
    /// While another process works there, this waits and reports which one. A finished model needs
    /// no lock.
    ///
    /// - Throws: ``Interrupted`` if a signal comes while this waits.
    func locked<Result>(_ body: () throws -> Result) throws -> Result {
        if isFinished { return try body() }
        try createFolder(folder)
        var reportedHolder = ""
        let lock = try FolderLock(folder) { holder in
            if holder != reportedHolder {
                Progress.note("start: \(folder) is in use by \(holder); waiting for it")
                reportedHolder = holder
            }
            try Interruption.check("while another process trains the starting model")
            usleep(200_000)
        }
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    /// Makes a link at `path`, so that the run's folder shows all of its stages.
    ///
    /// A folder that is already there stays as it is.
    func link(at path: String) throws {
        let target = URL(fileURLWithPath: folder).standardizedFileURL.path
        if let present = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
            if present == target { return }
            unlink(path)
        } else if FileManager.default.fileExists(atPath: path) {
            return
        }
        guard symlink(target, path) == 0 else {
            let reason = String(cString: strerror(errno))
            throw StorageError(path, "cannot be linked to \(target): \(reason)")
        }
    }
}
