import Foundation

/// A program of the system, such as `sbatch`, that is found by `PATH` and started without a shell.
package struct ExternalProgram {
    package let path: String

    /// - Parameter searchPath: folders, separated by colons; relative ones are passed over.
    /// - Throws: ``SlurmError`` if no folder has the program.
    package init(_ name: String, searchPath: String? = nil) throws {
        let folders =
            (searchPath ?? ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        let paths = folders.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
        guard let found = paths.first(where: { access($0, X_OK) == 0 }) else {
            throw SlurmError(
                "\(name) is not found in PATH: this machine has no Slurm, or its module is not "
                    + "loaded")
        }
        path = found
    }

    /// Runs the program to its end.
    ///
    /// - Returns: its standard output.
    /// - Throws: ``SlurmError`` with the first line of its standard error where it fails.
    package func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        let name = URL(fileURLWithPath: path).lastPathComponent
        do { try process.run() } catch {
            throw SlurmError("\(path) cannot be started: \(error.localizedDescription)")
        }
        // Messages of these programs are short: they fit into a pipe while the output is read.
        let text = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let message = String(
            decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0, process.terminationReason == .exit else {
            let line = message.split(separator: "\n").first ?? "no message"
            throw SlurmError("\(name) failed with status \(process.terminationStatus): \(line)")
        }
        return text
    }
}
