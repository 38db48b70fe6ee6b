import Foundation
import Synchronization

/// Lets Ctrl-C end a run after the step it is at, with its state saved.
public enum Interruption {
    private static let requested = Atomic<Bool>(false)

    public static var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// Handles SIGINT and SIGTERM from now on; a second one ends the process at once.
    public static func listen() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                if Interruption.requested.exchange(true, ordering: .relaxed) { _exit(128 + number) }
            }
        }
    }
}

/// Thrown where a run ends early because it was asked to.
public struct Interrupted: Error, CustomStringConvertible {
    public let description: String
}
