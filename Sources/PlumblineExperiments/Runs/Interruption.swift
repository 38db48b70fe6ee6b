import Foundation
import Synchronization

/// Lets a signal end a run after its current step, with the state saved.
public enum Interruption {
    /// The first signal that came; 0 for none.
    private static let first = Atomic<Int32>(0)

    public static var isRequested: Bool { firstSignal != 0 }

    /// The first signal that asked the program to end; 0 for none.
    public static var firstSignal: Int32 { first.load(ordering: .relaxed) }

    /// Handles the signals that ask a program to end.
    ///
    /// These are Ctrl-C (SIGINT), SIGTERM, a lost terminal (SIGHUP), and SIGUSR1 and SIGUSR2, with
    /// which a cluster warns a job before it ends it. A second SIGINT or SIGTERM ends the process
    /// at once.
    public static func listen() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                if !Interruption.note(number) { _exit(128 + number) }
            }
        }
        for number in [SIGHUP, SIGUSR1, SIGUSR2] {
            let previous = signal(number) { number in _ = Interruption.note(number) }
            // Under nohup the program must continue.
            if number == SIGHUP, isIgnoring(previous) { signal(number, SIG_IGN) }
        }
    }

    /// - Returns: whether it is the first signal.
    private static func note(_ number: Int32) -> Bool {
        first.compareExchange(expected: 0, desired: number, ordering: .relaxed).exchanged
    }

    private static func isIgnoring(_ handler: sighandler_t?) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    /// - Parameter what: what was interrupted, as in "during evaluation".
    /// - Throws: ``Interrupted`` if a signal has come.
    public static func check(_ what: @autoclosure () -> String) throws {
        if isRequested { throw interrupted("interrupted \(what())") }
    }

    /// Reports that the work ends early.
    ///
    /// The caller throws the result.
    static func interrupted(_ text: String) -> Interrupted {
        RunEvents.emit(.interrupted(text))
        return Interrupted(description: text)
    }
}
