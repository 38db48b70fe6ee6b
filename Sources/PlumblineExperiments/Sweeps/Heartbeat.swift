import Foundation
import Synchronization

/// Renews the claims of this process, so that other machines see that it lives.
///
/// A thread of its own does so, because one step of training may take minutes.
enum Heartbeat {
    private static let seconds: UInt32 = 15

    private struct State {
        var paths: Set<String> = []
        var isRunning = false
    }

    private static let state = Mutex(State())

    static func begin(_ path: String) {
        let isFirst = state.withLock { state in
            state.paths.insert(path)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        guard isFirst else { return }
        let thread = Thread {
            while true {
                sleep(seconds)
                // The disk's own clock: without times, the system takes the present one.
                for path in state.withLock({ $0.paths }) { utimensat(AT_FDCWD, path, nil, 0) }
            }
        }
        thread.stackSize = 1 << 16
        thread.start()
    }

    static func end(_ path: String) {
        state.withLock { _ = $0.paths.remove(path) }
    }
}
