import Foundation
import PlumblineData
import PlumblineStorage

/// Who works on what, in a folder that several processes and machines share.
///
/// A claim is a file that one process alone can create: its content is written aside, and a link
/// gives it its name, which fails if there is one already. A claim of a process that has died is
/// taken over: at once on its own machine, elsewhere when its heartbeat is older than
/// ``secondsUntilStale``. Nothing depends on a signal.
struct Claims {
    let folder: String
    /// A machine that lost its power renews no claim.
    static let secondsUntilStale = 180.0

    /// - Throws: an error if the folder cannot be created.
    init(_ folder: String) throws {
        self.folder = folder
        try createFolder(folder)
    }

    /// - Returns: the claim; `nil` if a living process holds it.
    /// - Throws: ``StorageError`` if the folder cannot be written.
    func take(_ name: String, work: String) throws -> Claim? {
        let path = self.path(name)
        let holder = ClaimHolder(work: work)
        if try create(path, holder) { return Claim(path, holder, folder: folder) }
        // Only one process at a time takes over, so that none removes the claim of a successor.
        let lock = try Self.lock(folder)
        defer { withExtendedLifetime(lock) {} }
        if let present = try self.holder(name), try !isStale(name, present) { return nil }
        unlink(path)
        return try create(path, holder) ? Claim(path, holder, folder: folder) : nil
    }

    /// Removes what processes left that were killed while they made a claim.
    func removeLeftovers() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder)
        where name.hasSuffix(Self.newSuffix) || name.hasPrefix(Self.clockPrefix) {
            let path = PathText.joined(folder, name)
            guard let age = try secondsSinceWriting(path), age > Self.secondsUntilStale else {
                continue
            }
            unlink(path)
        }
    }

    private static let newSuffix = ".new"
    private static let clockPrefix = ".clock-"

    /// Who holds a claim; `nil` for nobody that lives.
    func livingHolder(_ name: String) throws -> ClaimHolder? {
        guard let holder = try holder(name), try !isStale(name, holder) else { return nil }
        return holder
    }

    func path(_ name: String) -> String { "\(folder)/\(name).claim" }

    /// Waits for the lock of a folder, for work of a few milliseconds.
    static func lock(_ folder: String) throws -> FolderLock {
        let began = Date()
        return try FolderLock(folder) { holder in
            guard Date().timeIntervalSince(began) < 60 else {
                throw StorageError(
                    "\(folder)/.lock",
                    "is held by \(holder) for a minute; does this disk support locks (flock)?")
            }
            usleep(5_000)
        }
    }

    /// - Returns: `false` if the claim exists.
    private func create(_ path: String, _ holder: ClaimHolder) throws -> Bool {
        let aside = "\(path).\(holder.token)\(Self.newSuffix)"
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        do { try encoder.encode(holder).write(to: URL(fileURLWithPath: aside)) } catch {
            throw StorageError(aside, "cannot be written: \(error.localizedDescription)")
        }
        defer { unlink(aside) }
        if link(aside, path) == 0 { return true }
        guard errno == EEXIST else {
            throw StorageError(path, "cannot be created: \(String(cString: strerror(errno)))")
        }
        return false
    }

    /// - Returns: `nil` if there is no claim.
    private func holder(_ name: String) throws -> ClaimHolder? {
        let path = path(name)
        guard let data = FileManager.default.contents(atPath: path), data.count < 65_536 else {
            return nil
        }
        guard let holder = try? JSONDecoder().decode(ClaimHolder.self, from: data) else {
            throw StorageError(path, "is damaged; remove it if no process works on this sweep")
        }
        return holder
    }

    private func isStale(_ name: String, _ holder: ClaimHolder) throws -> Bool {
        switch holder.state {
        case .alive: return false
        case .dead: return true
        case .elsewhere:
            guard let age = try secondsSinceWriting(path(name)) else { return false }
            return age > Self.secondsUntilStale
        }
    }

    /// By the clock of the disk, because the clocks of two machines differ.
    private func secondsSinceWriting(_ path: String) throws -> Double? {
        var file = stat()
        guard stat(path, &file) == 0 else { return nil }
        let probe = "\(folder)/\(Self.clockPrefix)\(UUID().uuidString)"
        guard FileManager.default.createFile(atPath: probe, contents: nil) else {
            throw StorageError(probe, "cannot be written")
        }
        defer { unlink(probe) }
        var now = stat()
        guard stat(probe, &now) == 0 else { return nil }
        return Double(now.st_mtim.tv_sec - file.st_mtim.tv_sec)
    }
}
