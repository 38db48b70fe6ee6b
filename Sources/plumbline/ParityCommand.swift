import ArgumentParser
import PlumblineExperiments
import Foundation

struct ParityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parity",
        abstract: "Compares Plumbline with PyTorch's values in a parity file.",
        discussion: "The exit code is 1 if a value differs by more than its limit.")

    @Argument(help: "Parity files (HDF5).") var files: [String]
    @Flag(help: "Also print the gradient of every parameter.") var verbose = false

    func run() throws {
        var failed = false
        for file in files {
            let rows = try reportingErrors { try Parity.check(file) }
            print(file)
            print(
                columns(
                    "quantity", "max diff", "rel. L2", "in double", "PyTorch", "cosine", "limit"))
            for row in rows where row.limit != nil || verbose {
                print(
                    columns(
                        row.name, String(format: "%.2e", row.maxDifference),
                        String(format: "%.2e", row.relativeError),
                        row.preciseError.map { String(format: "%.2e", $0) } ?? "",
                        String(format: "%.2e", row.float32Error),
                        String(format: "%.7f", row.cosine),
                        row.limit.map { String(format: "%.1e ", $0) + row.verdict.rawValue } ?? ""))
            }
            failed = failed || rows.contains { $0.verdict == .fails }
        }
        if failed { throw ExitCode.failure }
    }

    private func columns(_ name: String, _ values: String...) -> String {
        name.padding(toLength: max(24, name.count), withPad: " ", startingAt: 0)
            + values.map {
                "  " + $0.padding(toLength: max(10, $0.count), withPad: " ", startingAt: 0)
            }.joined()
    }
}
