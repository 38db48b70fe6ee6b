import PlumblineExperiments
import Synchronization

/// Where this program's events and errors go.
enum ProgramLog {
    private struct State {
        var subscription: RunEvents.Subscription?
        var json: JSONLog?
    }

    private static let state = Mutex(State())

    /// Shows events as text, until options say otherwise.
    static func beginAsText() {
        let terminal = TerminalLog()
        replace(RunEvents.subscribe { terminal.show($0) }, json: nil)
    }

    static func begin(_ options: LogOptions) {
        let json = options.log == .json ? JSONLog() : nil
        guard !options.quiet else { return replace(nil, json: json) }
        if let json { return replace(RunEvents.subscribe { json.show($0) }, json: json) }
        let terminal = TerminalLog(isVerbose: options.verbose)
        replace(RunEvents.subscribe { terminal.show($0) }, json: nil)
    }

    /// Shows no more events, only errors.
    static func showErrorsOnly() { replace(nil, json: state.withLock { $0.json }) }

    /// Prints an error as one line.
    static func error(_ text: String) {
        if let json = state.withLock({ $0.json }) {
            json.showError(text)
        } else {
            StandardError.writeLine("plumbline: \(text)")
        }
    }

    private static func replace(_ subscription: RunEvents.Subscription?, json: JSONLog?) {
        let previous = state.withLock { state in
            defer { state = State(subscription: subscription, json: json) }
            return state.subscription
        }
        if let previous { RunEvents.unsubscribe(previous) }
    }
}
