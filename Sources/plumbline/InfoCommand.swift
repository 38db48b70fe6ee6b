import ArgumentParser
import PlumblineStorage

struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Says what a checkpoint, results or parity file holds.")

    @Argument(help: "An HDF5 file.") var file: String

    func run() throws {
        print(try reportingErrors { try FileSummary(file) }.lines.joined(separator: "\n"))
    }
}
