import Foundation
import PlumblineStorage

/// A claim that this process holds, until it is given up or the process ends.
final class Claim {
    private let path: String
    private let holder: ClaimHolder
    private let folder: String
    private var isHeld = true

    init(_ path: String, _ holder: ClaimHolder, folder: String) {
        self.path = path
        self.holder = holder
        self.folder = folder
        Heartbeat.begin(path)
    }

    /// Removes the claim.
    ///
    /// If this process was suspended for so long that another one has taken over, its claim stays.
    func giveUp() {
        guard isHeld else { return }
        isHeld = false
        Heartbeat.end(path)
        guard let lock = try? Claims.lock(folder) else { return }
        defer { withExtendedLifetime(lock) {} }
        let present = FileManager.default.contents(atPath: path)
            .flatMap { try? JSONDecoder().decode(ClaimHolder.self, from: $0) }
        if present == holder { unlink(path) }
    }

    deinit { giveUp() }
}
