import Foundation
import PlumblineData
import PlumblineStorage

/// A starting model in the store of `train.shared`, which several runs use: a folder named by the
/// hash of its stage.
///
/// One process at a time works in it, under a lock. A finished one is used by all and not changed
/// any more.
struct SharedStart {
    let folder: String

    /// - Parameter store: the folder of all shared starting models.
    init(store: String, identity: StageIdentity) throws {
        // 80 bits: two of a billion models meet with a chance of one in a million.
        folder = "\(store)/start-\(try identity.hash.prefix(20))"
    }

    private var isFinished: Bool {
        FileManager.default.fileExists(atPath: TrainingStage.lastPath(folder))
    }

    /// Runs `body` as the only process that works in the folder.
    ///
    /// While another does, this waits and says for whom. A finished model needs no lock.
    ///
    /// - Throws: ``Interrupted`` where a signal comes while this waits.
    func locked<Result>(_ body: () throws -> Result) throws -> Result {
        if isFinished { return try body() }
        try createFolder(folder)
        var named = ""
        let lock = try FolderLock(folder) { holder in
            if holder != named {
                Progress.note("start: \(folder) is in use by \(holder); waiting for it")
                named = holder
            }
            try Interruption.check("while another process trains the starting model")
            usleep(200_000)
        }
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    /// Lays a link at `path`, so that the run's folder shows all of its stages. A real folder is
    /// left as it is.
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
