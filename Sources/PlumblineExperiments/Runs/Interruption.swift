import Foundation
import Synchronization

/// Lets a signal end a run after the step it is at, with its state saved.
public enum Interruption {
    private static let requested = Atomic<Bool>(false)

    public static var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// Handles the signals that ask a program to end from now on: Ctrl-C (SIGINT), SIGTERM, a lost
    /// terminal (SIGHUP), and SIGUSR1 and SIGUSR2, by which a cluster warns before it ends a job. A
    /// second SIGINT or SIGTERM ends the process at once.
    public static func listen() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                if Interruption.requested.exchange(true, ordering: .relaxed) {
                    _exit(128 + number)
                }
            }
        }
        for number in [SIGHUP, SIGUSR1, SIGUSR2] {
            let former = signal(number) { _ in
                Interruption.requested.store(true, ordering: .relaxed)
            }
            // Who started the program by nohup wants it to go on.
            if number == SIGHUP, isIgnoring(former) { signal(number, SIG_IGN) }
        }
    }

    private static func isIgnoring(_ handler: sighandler_t?) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// - Throws: ``Interrupted`` where a signal has come.
    public static func check(_ what: @autoclosure () -> String) throws {
        if isRequested { throw interrupted("interrupted \(what())") }
    }

    /// Says that the work ends early; the caller throws what it returns.
    static func interrupted(_ text: String) -> Interrupted {
        RunEvents.emit(.interrupted(text))
        return Interrupted(description: text)
    }
}

/// Thrown where a run ends early because it was asked to.
public struct Interrupted: Error, CustomStringConvertible {
    public let description: String
}
