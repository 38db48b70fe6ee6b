import Foundation
import PlumblineData
import PlumblineStorage

/// The folder of a stage: in the folder of its run, or in the store of `train.shared`.
///
/// A folder in the store is named by the hash of its stage, so every run with this hash finds it.
/// One process at a time trains there, under a lock. A finished stage does not change any more. The
/// folder of the run has a link to it, so that it shows all of its stages.
struct StageFolder {
    /// Where the files of the stage are.
    let path: String
    /// The name of the stage in the folder of its run: `OUTPUT/align`.
    let own: String
    let identity: StageIdentity

    /// - Parameter store: the folder of all shared stages; empty for none.
    /// - Throws: an error if the composite's file or the method is wrong.
    init(_ identity: StageIdentity, output: String, store: String) throws {
        own = "\(output)/\(identity.stage)"
        self.identity = identity
        if store.isEmpty || Self.isTrained(in: own) {
            path = own
        } else {
            // 80 bits: among a billion stages, two have the same name with a chance of one in a
            // million.
            path = "\(store)/\(identity.stage)-\(try identity.hash.prefix(20))"
        }
    }

    /// A folder of a store that no run has a link to.
    ///
    /// - Throws: an error if the method is wrong.
    init(_ identity: StageIdentity, onlyIn store: String) throws {
        path = "\(store)/\(identity.stage)-\(try identity.hash.prefix(20))"
        own = path
        self.identity = identity
    }

    var isShared: Bool { path != own }

    var lastPath: String { path(of: .last) }
    /// The state of a stage that has not ended.
    var statePath: String { "\(path)/state.h5" }
    var isFinished: Bool { FileManager.default.fileExists(atPath: lastPath) }
    var isBegun: Bool { FileManager.default.fileExists(atPath: statePath) }

    func path(of checkpoint: Configuration.CheckpointChoice) -> String {
        "\(path)/\(checkpoint.rawValue).h5"
    }

    /// The path of a checkpoint that must exist.
    ///
    /// - Throws: ``StorageError`` if it does not.
    func requiredPath(of checkpoint: Configuration.CheckpointChoice) throws -> String {
        let path = path(of: checkpoint)
        guard FileManager.default.fileExists(atPath: path) else {
            throw StorageError(
                path,
                "does not exist: its score was missing in every epoch, or checkpoints.keep left "
                    + "it out; set evaluate.checkpoint: last")
        }
        return path
    }

    /// Whether the folder of the run has trained this stage itself.
    ///
    /// Such a stage is used, even if the run shares its other stages.
    var isTrainedHere: Bool { Self.isTrained(in: own) }

    private static func isTrained(in own: String) -> Bool {
        var about = stat()
        guard lstat(own, &about) == 0, about.st_mode & S_IFMT == S_IFDIR else { return false }
        return ["last.h5", "state.h5"].contains {
            FileManager.default.fileExists(atPath: "\(own)/\($0)")
        }
    }

    /// Checks that the checkpoint in the folder, if any, was made under this identity.
    ///
    /// In the store, the name says so already, and another process may write there now. There it is
    /// checked that nothing is in the place of the link.
    ///
    /// - Throws: ``StorageError`` that names the first difference.
    func check() throws {
        if isShared { return try Self.requireRoomForLink(own) }
        let checkpoint = [lastPath, statePath].first(where: FileManager.default.fileExists)
        if let checkpoint { try identity.check(try Checkpoint.facts(checkpoint), checkpoint) }
    }

    /// - Parameter own: the name of a shared stage in the folder of its run.
    /// - Throws: ``StorageError`` if there is something else than a link or an empty folder.
    static func requireRoomForLink(_ own: String) throws {
        guard isFree(own) else {
            throw StorageError(
                own,
                "is in the place of a link to train.shared; move it away, or choose another output "
                    + "folder")
        }
    }

    private static func isFree(_ path: String) -> Bool {
        var about = stat()
        guard lstat(path, &about) == 0 else { return errno == ENOENT }
        switch about.st_mode & S_IFMT {
        case S_IFLNK: return true
        case S_IFDIR: return (try? FileManager.default.contentsOfDirectory(atPath: path)) == []
        default: return false
        }
    }

    /// Runs `body` as the only process that works in the folder.
    ///
    /// Then a shared stage gets its link in the folder of the run.
    ///
    /// While another process works in the store, this waits and reports which one. A finished stage
    /// needs no lock. A folder of the run itself is locked with the run.
    ///
    /// - Throws: ``Interrupted`` if a signal comes while this waits; what `body` throws.
    func locked<Result>(_ body: () throws -> Result) throws -> Result {
        guard isShared else { return try body() }
        let result = try isFinished ? body() : lockedInStore(body)
        try link()
        return result
    }

    /// Runs `body` as the only process that works in the folder; see ``locked(_:)``.
    func lockedInStore<Result>(_ body: () throws -> Result) throws -> Result {
        try createFolder(path)
        var reportedHolder = ""
        let lock = try FolderLock(path) { holder in
            if holder != reportedHolder {
                Progress.note("\(identity.stage): \(path) is in use by \(holder); waiting for it")
                reportedHolder = holder
            }
            try Interruption.check("while another process trains \(identity.stage)")
            usleep(200_000)
        }
        defer { withExtendedLifetime(lock) {} }
        return try body()
    }

    /// Makes a link in the folder of the run.
    private func link() throws {
        let target = URL(fileURLWithPath: path).standardizedFileURL.path
        if let present = try? FileManager.default.destinationOfSymbolicLink(atPath: own) {
            if present == target { return }
            unlink(own)
        } else if rmdir(own) != 0, errno != ENOENT {
            let reason = String(cString: strerror(errno))
            throw StorageError(
                own, "cannot become a link to \(target): \(reason); move what is there away")
        }
        guard symlink(target, own) == 0 else {
            let reason = String(cString: strerror(errno))
            throw StorageError(own, "cannot be linked to \(target): \(reason)")
        }
    }
}
