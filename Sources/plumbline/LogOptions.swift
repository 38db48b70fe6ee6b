import ArgumentParser
import PlumblineExperiments

/// What a long command prints while it works.
///
/// Results always go to standard output.
struct LogOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text
        case json
    }

    @Option(help: "Messages on standard error: text, or json (one JSON object per line).")
    var log = Format.text
    @Flag(help: "Print errors only.") var quiet = false
    @Flag(help: "Also print every step and every file that is saved.") var verbose = false

    func validate() throws {
        guard !(quiet && verbose) else {
            throw ValidationError("give either --quiet or --verbose, not both")
        }
    }

    /// Shows events as these options say, from now on.
    func begin() { ProgramLog.begin(self) }
}
