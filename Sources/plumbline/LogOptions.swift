import ArgumentParser
import PlumblineExperiments
import Synchronization

/// What a long command says while it works. Results go to standard output in any case.
struct LogOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    @Option(help: "text, or json: one JSON object a line on standard error.")
    var log = Format.text
    @Flag(help: "Say errors only.") var quiet = false
    @Flag(help: "Also say every step and every file that is saved.") var verbose = false

    func validate() throws {
        guard !(quiet && verbose) else {
            throw ValidationError("give either --quiet or --verbose")
        }
    }

    /// From now on events are shown as these options say.
    func begin() { ProgramLog.begin(self) }
}

/// Where this program's events and errors go.
enum ProgramLog {
    private struct State {
        var subscription: RunEvents.Subscription?
        var json: JSONLog?
    }

    private static let state = Mutex(State())

    /// Shows events to people, unless options say otherwise later.
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

    /// A line that says what went wrong.
    static func error(_ text: String) {
        if let json = state.withLock({ $0.json }) {
            json.showError(text)
        } else {
            StandardError.writeLine("plumbline: \(text)")
        }
    }

    private static func replace(_ subscription: RunEvents.Subscription?, json: JSONLog?) {
        let former = state.withLock { state in
            defer { state = State(subscription: subscription, json: json) }
            return state.subscription
        }
        if let former { RunEvents.unsubscribe(former) }
    }
}
