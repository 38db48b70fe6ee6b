import ArgumentParser
import PlumblineStorage

struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Prints what a checkpoint, a results file or a parity file holds.")

    @Argument(help: "An HDF5 file.") var file: String

    func run() throws {
        print(try reportingErrors { try FileSummary(file) }.lines.joined(separator: "\n"))
    }
}
